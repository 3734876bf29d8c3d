import { lintPolicy, type PolicyDocument, principalsNamedBy } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { warningNotes } from '../warning-notes.ts';
import { findPrincipal } from './grant-principals.ts';
import { principalArn } from './grant-terms.ts';

/**
 * What is likely not meant by a key's policy, for the record. `unknown-principal` is about somebody named who does not
 * exist here.
 */
export function policyWarnings(
  attempt: Attempt,
  document: PolicyDocument,
  resource: string,
): readonly string[] | undefined {
  const strangers = [...document.statements.entries()].flatMap(([statementIndex, statement]) => {
    const { aws } = principalsNamedBy({ ...document, statements: [statement] });
    const isKnown = aws.every((name) => findPrincipal(attempt, principalArn(name)) !== undefined);
    return isKnown ? [] : [{ code: 'unknown-principal', sid: statement.sid, statementIndex }];
  });
  return warningNotes([...lintPolicy(document, { resource }), ...strangers]);
}
