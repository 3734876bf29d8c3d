import type { Session } from '../../identity/index.ts';
import { parsePolicy, PolicyError } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { builtInPolicy } from '../built-in-policies.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

const INLINE_CHARACTERS_MAX = 2048;
const POLICY_ARNS_MAX = 10;
/** Policies and tags as JSON: with all else, the token still fits into the headers of a request. */
const PACKED_BYTES_MAX = 4096;

type SessionPolicies = Pick<Session, 'policies' | 'policyArns'>;

/**
 * Reads the policies that a session is to be limited by.
 *
 * @throws OperationError `MalformedPolicy`, `PolicyTooLarge` or `Validation`.
 */
export function readSessionPolicies(params: Params): SessionPolicies {
  const inline = params.optionalText('policy');
  const policyArns = params.structures('policyArns').map((policy) => policy.text('arn'));
  if (policyArns.length > POLICY_ARNS_MAX) {
    throw new OperationError('Validation', `A session has at most ${POLICY_ARNS_MAX} managed policies.`);
  }
  if (inline !== undefined) requireReadable(inline);
  return { policies: inline === undefined ? [] : [inline], policyArns };
}

/**
 * Refuses managed policies that are not there, or that belong to another account than the role.
 *
 * @throws OperationError `Validation`.
 */
export function requireManagedPolicies(
  attempt: Attempt,
  policyArns: readonly string[],
  account: string,
): void {
  for (const arn of policyArns) {
    if (builtInPolicy(arn) !== undefined) continue;
    if (attempt.view.policy(arn)?.record.account !== account) {
      throw new OperationError('Validation', `Policy ${arn} does not exist or is not attachable.`);
    }
  }
}

/**
 * How much of the room for policies and tags a session takes, in per cent; `undefined` when it has none.
 *
 * @throws OperationError `PolicyTooLarge`, when it is too much.
 */
export function packedPolicySize(
  session: Pick<Session, 'policies' | 'policyArns' | 'tags' | 'transitiveTagKeys'>,
): number | undefined {
  const { policies, policyArns, tags, transitiveTagKeys } = session;
  if (policies.length + policyArns.length + tags.length === 0) return undefined;
  const packed = JSON.stringify({ policies, policyArns, tags, transitiveTagKeys });
  const percent = Math.ceil((Buffer.byteLength(packed, 'utf8') * 100) / PACKED_BYTES_MAX);
  if (percent <= 100) return percent;
  const message = `Packed size of session tags and policies consumes ${percent}% of allotted space.`;
  throw new OperationError('PolicyTooLarge', message);
}

function requireReadable(text: string): void {
  if (text.length > INLINE_CHARACTERS_MAX) {
    const message = `A session policy has at most ${INLINE_CHARACTERS_MAX} characters.`;
    throw new OperationError('PolicyTooLarge', message);
  }
  try {
    parsePolicy(text, 'identity');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('MalformedPolicy', error.message, { cause: error });
  }
}
