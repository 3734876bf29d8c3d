import { lintPolicy, type PolicyDocument, principalsNamedBy } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { findPrincipal } from './grant-principals.ts';
import { principalArn } from './grant-terms.ts';

/** Warnings that an event names; of more, the first ones. */
const WARNINGS_MAX = 32;
/** UTF-16 units of a statement's name that a warning shows. */
const STATEMENT_MAX = 64;

/**
 * What is likely not meant by a key's policy, for the record (`spec/policy.md`, "warnings"): codes, each with the
 * statement that it is about. `unknown-principal` is about somebody named who does not exist here.
 */
export function policyWarnings(
  attempt: Attempt,
  document: PolicyDocument,
  resource: string,
): readonly string[] | undefined {
  const linted = lintPolicy(document, { resource }).map(({ code, sid, statementIndex }) =>
    statementIndex === undefined ? code : named(code, sid, statementIndex),
  );
  const strangers = document.statements.flatMap((statement, index) => {
    const { aws } = principalsNamedBy({ ...document, statements: [statement] });
    const isKnown = aws.every((name) => findPrincipal(attempt, principalArn(name)) !== undefined);
    return isKnown ? [] : [named('unknown-principal', statement.sid, index)];
  });
  const warnings = [...new Set([...linted, ...strangers])].slice(0, WARNINGS_MAX);
  return warnings.length === 0 ? undefined : warnings;
}

function named(code: string, sid: string | undefined, index: number): string {
  return `${code} ${sid === undefined ? `#${index}` : sid.slice(0, STATEMENT_MAX)}`;
}
