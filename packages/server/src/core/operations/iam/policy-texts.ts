import { compilePolicy, lintPolicy, parsePolicy, PolicyError, type PolicyKind } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { warningNotes } from '../warning-notes.ts';
import { noteParameters } from './entities.ts';

/**
 * Checks a policy that is to be stored: it can be read and judged. What is likely not meant by it is noted for the
 * record.
 *
 * @throws OperationError `MalformedPolicy`, with the reason.
 */
export function checkPolicyText(attempt: Attempt, text: string, kind: PolicyKind): void {
  try {
    const document = parsePolicy(text, kind);
    compilePolicy(document, { name: 'new' });
    const warnings = warningNotes(lintPolicy(document));
    if (warnings !== undefined) noteParameters(attempt, { warnings });
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('MalformedPolicy', error.message, { cause: error });
  }
}

/** How many characters of a policy count against quotas: AWS does not count white space between its elements. */
export function charactersOf(text: string): number {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1').length;
}
