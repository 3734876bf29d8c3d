import { compileExpression, type Expression, isOwnAct } from '../detection/index.ts';
import type { RuleEvent } from '../event.ts';
import { EventView } from '../fields/index.ts';
import type { RuleFile } from '../language/index.ts';

/** How a detection of a rule file sees one event. */
export interface MatchExplanation {
  /** The detection's title. */
  readonly title: string;
  readonly matches: boolean;
  readonly lines: readonly string[];
}

/** Whether an event matches each detection of a rule file, and which of its parts hold (`+`) and which do not (`-`). */
export function explainMatch(file: RuleFile, event: RuleEvent): readonly MatchExplanation[] {
  const view = new EventView(event);
  const { action } = event.canonical;
  const isOwn = typeof action === 'string' && isOwnAct(action);
  return file.documents.flatMap((document): readonly MatchExplanation[] => {
    if (document.kind !== 'detection') return [];
    const isHidden = isOwn && !document.seesOwnActs;
    const hidden = isHidden ? ['- events of detection itself are not shown to it'] : [];
    return [
      {
        title: document.title,
        matches: !isHidden && document.matches(view),
        lines: [...hidden, ...explain(document.expression, view, 0)],
      },
    ];
  });
}

function explain(expression: Expression, view: EventView, depth: number): readonly string[] {
  const line = (words: string): string =>
    `${'  '.repeat(depth)}${compileExpression(expression)(view) ? '+' : '-'} ${words}`;
  const below = (parts: readonly Expression[]): readonly string[] =>
    parts.flatMap((part) => explain(part, view, depth + 1));
  switch (expression.kind) {
    case 'test':
      return [line(expression.words)];
    case 'selection':
      return [line(expression.name), ...below([expression.part])];
    case 'not':
      return [line('not'), ...below([expression.part])];
    case 'all': {
      const [only] = expression.parts;
      if (expression.parts.length === 1 && only !== undefined) return explain(only, view, depth);
      return [line('all of'), ...below(expression.parts)];
    }
    case 'any':
      return [line('any of'), ...below(expression.parts)];
    case 'some':
      return [line(`at least ${expression.atLeast} of`), ...below(expression.parts)];
  }
}
