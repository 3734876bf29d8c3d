import { keyName, type KeyRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { storedRegion } from '../regions.ts';

/**
 * Refuses one more key in a Region beyond the account's quota.
 *
 * @throws OperationError `LimitExceeded`, in AWS's words.
 */
export function requireRoomForKey(attempt: Attempt, region: string = attempt.place.region): void {
  const { keysPerAccount: max } = attempt.quotas;
  const count = attempt.state.keyNames.countOf(attempt.account, storedRegion(attempt.place, region));
  if (count < max) return;
  const message = `Key quota for this account in this region is ${max} but the current usage is ${count}.`;
  throw new OperationError('LimitExceeded', message);
}

/**
 * Refuses one more alias of a key beyond the quota.
 *
 * @throws OperationError `LimitExceeded`, in AWS's words.
 */
export function requireRoomForAlias(attempt: Attempt, key: KeyRecord): void {
  const { aliasesPerKey: max } = attempt.quotas;
  const count = attempt.state.aliasNames.countOfKey(keyName(key));
  if (count < max) return;
  const message = `Aliases per key quota for this account in this region is ${max}, current usage is ${count}.`;
  throw new OperationError('LimitExceeded', message);
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
