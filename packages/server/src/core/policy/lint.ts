import type { PolicyDocument, Statement } from './document.ts';
import { lintAccess } from './lint-access.ts';
import { lintConditions } from './lint-conditions.ts';
import { lintDuties } from './lint-duties.ts';
import { lintReach } from './lint-reach.ts';
import type { Finding, LintOptions, LintWarning } from './lint-warning.ts';

/**
 * Looks for what is likely not meant (`spec/policy.md`, "warnings"). A policy with warnings is as valid as one
 * without. In the order of statements, and what is about the policy as a whole first.
 */
export function lintPolicy(document: PolicyDocument, options: LintOptions = {}): readonly LintWarning[] {
  const { statements } = document;
  return [
    ...lintVersion(document),
    ...(options.use === 'guardrail' ? [] : lintDuties(document)),
    ...statements.flatMap((statement, statementIndex) =>
      findingsOf(statement, document, options).map(({ code, message }) => ({
        code,
        statementIndex,
        ...(statement.sid === undefined ? {} : { sid: statement.sid }),
        message,
      })),
    ),
    ...lintRepeatedStatements(statements),
  ];
}

function findingsOf(
  statement: Statement,
  document: PolicyDocument,
  options: LintOptions,
): readonly Finding[] {
  return [
    ...(options.use === 'guardrail' ? [] : lintAccess(statement, document.kind)),
    ...lintConditions(statement),
    ...lintReach(statement, options),
    ...lintRepeatedEntries(statement),
  ];
}

function lintVersion({ version, statements }: PolicyDocument): readonly LintWarning[] {
  if (version === '2012-10-17') return [];
  const hasVariable = JSON.stringify(statements).includes('${');
  const consequence = hasVariable ? ', so that `${` is taken as it stands' : '';
  const message = `the version \`${version}\` of the language has no policy variables${consequence}`;
  return [{ code: 'deprecated-version', message }];
}

function lintRepeatedEntries(statement: Statement): readonly Finding[] {
  const { actions = [], notActions = [], resources = [], notResources = [], principal } = statement;
  const lists = [
    [...actions, ...notActions].map((action) => action.toLowerCase()),
    [...resources, ...notResources],
    principal?.aws ?? [],
  ];
  return lists
    .flatMap(repeated)
    .map((entry) => ({ code: 'duplicate-entry', message: `\`${entry}\` is listed twice` }));
}

function repeated(list: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return list.filter((entry) => {
    const isRepeated = seen.has(entry);
    seen.add(entry);
    return isRepeated;
  });
}

function lintRepeatedStatements(statements: readonly Statement[]): readonly LintWarning[] {
  const seen = new Map<string, number>();
  return statements.flatMap(({ sid, ...rest }, statementIndex): readonly LintWarning[] => {
    const text = JSON.stringify(rest);
    const first = seen.get(text);
    if (first === undefined) {
      seen.set(text, statementIndex);
      return [];
    }
    const message = `the statement says the same as statement #${first}`;
    return [{ code: 'duplicate-statement', statementIndex, ...(sid === undefined ? {} : { sid }), message }];
  });
}
