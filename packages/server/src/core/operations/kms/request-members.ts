import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { openGrantToken } from './grant-tokens.ts';

/**
 * Checks the members that every use of a key can have beside its own. Grants are good for use from the moment they are
 * made, so a grant token has to be one of ours, and adds nothing. An attestation, which this version does not have, is
 * refused: to ignore it would release something that the caller had bounded.
 *
 * @throws OperationError `InvalidGrantToken` or `Unsupported`.
 */
export function checkTokensAndRecipient(attempt: Attempt, params: Params): void {
  for (const token of params.texts('grantTokens')) openGrantToken(attempt, token);
  if (params.has('recipient')) {
    throw new OperationError('Unsupported', 'Attestation (Recipient) is not supported.');
  }
}

/**
 * Ends what the caller asked no more of than whether it would succeed. What was made on the way is zeroed.
 *
 * @throws OperationError `DryRun`.
 */
export function endDryRun(params: Params, ...made: readonly Uint8Array[]): void {
  if (!params.flag('dryRun')) return;
  for (const bytes of made) bytes.fill(0);
  throw new OperationError('DryRun', 'The request would have succeeded, but the DryRun option is set.');
}

/**
 * Whether the caller asks for nothing but the permission, with a ciphertext or without: a dry run that ignores it.
 *
 * @throws OperationError `Validation` when it says so, but would have the operation run, or names no key.
 */
export function ignoresCiphertext(params: Params, keyMember: string): boolean {
  if (params.texts('dryRunModifiers').length === 0) return false;
  if (!params.flag('dryRun')) {
    throw new OperationError('Validation', 'DryRunModifiers can only be specified when DryRun is true.');
  }
  if (params.has(keyMember)) return true;
  const name = `${keyMember.slice(0, 1).toUpperCase()}${keyMember.slice(1)}`;
  throw new OperationError(
    'Validation',
    `${name} must be specified when DryRunModifiers contains IGNORE_CIPHERTEXT.`,
  );
}
