import {
  findCurrentMaterial,
  type Key,
  type KeyMaterialRecord,
  type KeyRecord,
  keyState,
  multiRegionType,
  pendingMaterial,
  withoutMaterial,
  withoutPending,
} from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireExternal } from './imported-keys.ts';
import { requireState } from './key-states.ts';
import { importedIn, inAllRegions } from './multi-region.ts';

/**
 * `DeleteImportedKeyMaterial`: the secret bytes of one material, the current one unless the request names another, leave
 * the store. Until the same is imported again the key cannot be used. Deleting what is not there changes nothing. Of a
 * multi-Region key they leave this Region; what waits for a rotation leaves all of them with its primary key.
 */
export const deleteImportedKeyMaterial: Operation = {
  name: 'DeleteImportedKeyMaterial',
  action: 'key.delete-imported-material',
  run(attempt, params) {
    const asked = params.optionalText('keyMaterialId');
    if (asked !== undefined) attempt.note.parameters = { keyMaterialId: asked };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:DeleteImportedKeyMaterial');
    requireExternal(key);
    requireState(attempt, key, 'DeleteImportedKeyMaterial');
    const { record } = key;
    const material = materialOf(key, asked);
    const isSymmetric = record.spec === 'SYMMETRIC_DEFAULT';
    const result = { keyId: record.arn, keyMaterialId: isSymmetric ? material?.id : undefined };
    if (material === undefined) return result;
    attempt.note.key = { ...attempt.note.key, materialId: material.id };
    const before = inAllRegions(attempt, record);
    const after = writeKey(attempt, afterDeletion(record, material));
    attempt.note.change = {
      before: {
        importedIn: importedIn(before, material.id),
        importState: material.imported,
        keyState: keyState(record, attempt.nowMs),
      },
      after: {
        importedIn: importedIn(after, material.id),
        importState: 'PENDING_IMPORT',
        keyState: keyState(after[0], attempt.nowMs),
      },
    };
    return result;
  },
};

function afterDeletion(record: KeyRecord, material: KeyMaterialRecord): KeyRecord {
  const isPending = pendingMaterial(record)?.id === material.id;
  return isPending && multiRegionType(record) !== 'REPLICA'
    ? withoutPending(record)
    : withoutMaterial(record, material);
}

/** @throws OperationError `NotFound` for an id that none of the key's materials has. */
function materialOf({ record }: Key, asked: string | undefined): KeyMaterialRecord | undefined {
  if (asked === undefined) return findCurrentMaterial(record);
  const material = record.materials.find(({ id }) => id === asked);
  if (material !== undefined) return material;
  throw new OperationError('NotFound', `Key material ${asked} is not found in ${record.arn}.`);
}
