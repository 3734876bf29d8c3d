import type { InlinePolicy } from '../../identity/index.ts';
import { compilePolicy, lintPolicy, type LintWarning, parsePolicy, PolicyError } from '../../policy/index.ts';
import { OperationError } from '../errors.ts';

/** Inline policies of one principal; each has AWS's own limit of size. */
const POLICIES_MAX = 10;

/**
 * What is likely not meant by an inline policy that can be read and judged.
 *
 * @throws OperationError `MalformedPolicy`, with the reason.
 */
export function checkInlinePolicy({ name, document }: InlinePolicy): readonly LintWarning[] {
  try {
    const parsed = parsePolicy(document, 'identity');
    compilePolicy(parsed, { name });
    return lintPolicy(parsed);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('MalformedPolicy', error.message, { cause: error });
  }
}

/**
 * Puts a policy in the place of the one with its name, or behind the others.
 *
 * @throws OperationError `LimitExceeded`.
 */
export function withPolicy(policies: readonly InlinePolicy[], added: InlinePolicy): readonly InlinePolicy[] {
  const isReplaced = policies.some(({ name }) => name === added.name);
  if (isReplaced) return policies.map((policy) => (policy.name === added.name ? added : policy));
  if (policies.length < POLICIES_MAX) return [...policies, added];
  throw new OperationError('LimitExceeded', `a principal has at most ${POLICIES_MAX} policies`);
}
