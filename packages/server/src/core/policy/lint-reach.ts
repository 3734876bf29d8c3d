import { compileResources } from './compile.ts';
import type { PrincipalElement, Statement } from './document.ts';
import { concernsOtherServices, kmsActionsOf } from './known-actions.ts';
import type { Finding, LintOptions } from './lint-warning.ts';

/** Statements that are about nothing that happens here, or about nobody. */
export function lintReach(statement: Statement, options: LintOptions): readonly Finding[] {
  return [...lintActions(statement), ...lintResource(statement, options), ...lintNobody(statement)];
}

function lintActions(statement: Statement): readonly Finding[] {
  if (concernsOtherServices(statement) || kmsActionsOf(statement).length > 0) return [];
  return [{ code: 'never-matches', message: 'the statement matches no action of this service' }];
}

function lintResource(statement: Statement, { resource }: LintOptions): readonly Finding[] {
  const { resources = [], notResources = [] } = statement;
  // What a variable stands for is known with a request only.
  const isOpen = [...resources, ...notResources].some((text) => text.includes('${'));
  if (resource === undefined || isOpen) return [];
  if (compileResources(statement, false)(resource, () => undefined)) return [];
  return [{ code: 'never-matches', message: `the statement does not cover \`${resource}\`` }];
}

function lintNobody({ principal }: Statement): readonly Finding[] {
  if (principal === undefined || principal.canonicalUsers.length === 0) return [];
  const consequence = isEmpty(principal) ? ': the statement reaches nobody' : '';
  return [{ code: 'nobody-named', message: `there are no canonical users here${consequence}` }];
}

function isEmpty({ everybody, aws, services, federated }: PrincipalElement): boolean {
  return !everybody && aws.length + services.length + federated.length === 0;
}
