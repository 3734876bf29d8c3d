import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { requireState } from './key-states.ts';

/**
 * `GetKeyLastUsage`: the newest use of the key on record, with the ids of its event and of its request. The record begins
 * before any key does, so tracking starts with the key, and an answer without a use means that there never was one.
 */
export const getKeyLastUsage: Operation = {
  name: 'GetKeyLastUsage',
  action: 'key.read-last-usage',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:GetKeyLastUsage');
    requireState(attempt, key, 'GetKeyLastUsage');
    const { createdAtMs, id } = key.record;
    const { keyUse } = attempt.request;
    if (keyUse === undefined || keyUse.isUnknown === true) {
      throw new OperationError('DependencyTimeout', 'The record did not tell in time. Retry the request.');
    }
    const { last, lastMs } = keyUse;
    return {
      keyCreationDate: createdAtMs,
      keyId: id,
      keyLastUsage:
        last === undefined
          ? {}
          : {
              cloudTrailEventId: last.eventId,
              kmsRequestId: last.requestId,
              operation: last.operation,
              timestamp: lastMs,
            },
      trackingStartDate: createdAtMs,
    };
  },
};
