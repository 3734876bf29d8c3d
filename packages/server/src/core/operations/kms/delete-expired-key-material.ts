import { expiredMaterial, isDeleted, keyState, parseKeyName, withoutMaterial } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { writeKey } from './change-key.ts';
import { importedIn, inAllRegions } from './multi-region.ts';

/**
 * The service's own act when imported material has expired: its secret bytes leave the store. From the instant of its
 * expiry on nothing uses it, swept or not. Of a multi-Region key they leave the Region that they were to expire in. Nothing
 * but the scheduler calls it.
 */
export const deleteExpiredKeyMaterial: Operation = {
  name: 'DeleteExpiredKeyMaterial',
  action: 'key.delete-expired-material',
  run(attempt, params) {
    const name = parseKeyName(params.text('keyId'));
    const record = attempt.view.key(name)?.record;
    const isThere = record !== undefined && !isDeleted(record, attempt.nowMs);
    const material = isThere ? expiredMaterial(record, attempt.nowMs) : undefined;
    if (record === undefined || material?.expiresAtMs === undefined) {
      throw new OperationError('InvalidState', `no material of key \`${name}\` has expired`);
    }
    const before = importedIn(inAllRegions(attempt, record), material.id);
    const regions = writeKey(attempt, withoutMaterial(record, material));
    const state = keyState(regions[0], attempt.nowMs);
    attempt.note.key = { arn: record.arn, id: record.id, materialId: material.id, state };
    attempt.note.change = {
      before: {
        importedIn: before,
        importState: 'IMPORTED',
        validTo: new Date(material.expiresAtMs).toISOString(),
      },
      after: {
        importedIn: importedIn(regions, material.id),
        importState: 'PENDING_IMPORT',
        keyState: state,
      },
    };
    return {};
  },
};
