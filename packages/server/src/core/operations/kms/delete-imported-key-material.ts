import {
  findCurrentMaterial,
  type Key,
  type KeyMaterialRecord,
  keyState,
  withoutMaterial,
} from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireExternal } from './imported-keys.ts';
import { requireState } from './key-states.ts';

/**
 * `DeleteImportedKeyMaterial`: the secret bytes of one material, the current one unless the request names another, leave
 * the store. Until the same is imported again the key cannot be used. Deleting what is not there changes nothing.
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
    const after = withoutMaterial(record, material);
    attempt.note.change = {
      before: { importState: material.imported, keyState: keyState(record, attempt.nowMs) },
      after: { importState: 'PENDING_IMPORT', keyState: keyState(after, attempt.nowMs) },
    };
    writeKey(attempt, after);
    return result;
  },
};

/** @throws OperationError `NotFound` for an id that none of the key's materials has. */
function materialOf({ record }: Key, asked: string | undefined): KeyMaterialRecord | undefined {
  if (asked === undefined) return findCurrentMaterial(record);
  const material = record.materials.find(({ id }) => id === asked);
  if (material !== undefined) return material;
  throw new OperationError('NotFound', `Key material ${asked} is not found in ${record.arn}.`);
}
