import type { AccessChange, OpenCondition } from '@keywitness/api';

/** What changes for one principal. */
export interface PrincipalChanges {
  readonly principal: string;
  /** Sorted, each once. */
  readonly actions: readonly string[];
  readonly conditions: readonly OpenCondition[];
}

/** Changes by whom they concern, those with most of them first. */
export function changesByPrincipal(changes: readonly AccessChange[]): readonly PrincipalChanges[] {
  const byPrincipal = Map.groupBy(changes, ({ principal }) => principal);
  return [...byPrincipal]
    .map(([principal, own]) => ({
      principal,
      actions: [...new Set(own.map(({ action }) => action))].toSorted(),
      conditions: distinct(own.flatMap(({ conditions }) => conditions)),
    }))
    .toSorted((a, b) => b.actions.length - a.actions.length);
}

function distinct(conditions: readonly OpenCondition[]): readonly OpenCondition[] {
  return [...new Map(conditions.map((condition) => [JSON.stringify(condition), condition])).values()];
}
