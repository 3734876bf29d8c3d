import { keyName, type KeyRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { storedRegion } from '../regions.ts';

/**
 * Refuses one more key in a Region beyond the account's quota.
 *
 * @throws OperationError `LimitExceeded`.
 */
export function requireRoomForKey(attempt: Attempt, region: string = attempt.place.region): void {
  const { keysPerAccount: max } = attempt.quotas;
  if (attempt.state.keyNames.countOf(attempt.account, storedRegion(attempt.place, region)) < max) return;
  throw new OperationError('LimitExceeded', `The account has reached its quota of ${max} KMS keys.`);
}

/**
 * Refuses one more alias of a key beyond the quota.
 *
 * @throws OperationError `LimitExceeded`.
 */
export function requireRoomForAlias(attempt: Attempt, key: KeyRecord): void {
  const { aliasesPerKey: max } = attempt.quotas;
  if (attempt.state.aliasNames.countOfKey(keyName(key)) < max) return;
  throw new OperationError('LimitExceeded', `${key.arn} has reached its quota of ${max} aliases.`);
}

/**
 * Refuses one more grant on a key beyond the quota.
 *
 * @throws OperationError `LimitExceeded`.
 */
export function requireRoomForGrant(attempt: Attempt, key: KeyRecord): void {
  const { grantsPerKey: max } = attempt.quotas;
  if (attempt.state.grants.countOn(keyName(key)) < max) return;
  throw new OperationError('LimitExceeded', `${key.arn} has reached its quota of ${max} grants.`);
}

/**
 * Refuses the text of a key policy that is longer than the quota.
 *
 * @throws OperationError `LimitExceeded`.
 */
export function requireShortPolicy(attempt: Attempt, text: string): void {
  const { keyPolicyBytes: max } = attempt.quotas;
  if (Buffer.byteLength(text, 'utf8') <= max) return;
  throw new OperationError('LimitExceeded', `The key policy is longer than its quota of ${max} bytes.`);
}
