import { findCurrentMaterial, type KeyRecord, keyState } from '../../keys/index.ts';
import type { Result } from '../params.ts';
import { algorithmLists } from './algorithm-lists.ts';
import { multiRegionConfiguration } from './multi-region.ts';

/** KMS's `KeyMetadata` of a key. What does not apply to the key is absent. */
export function keyMetadata(record: KeyRecord, nowMs: number): Result {
  const state = keyState(record, nowMs);
  const isSymmetricEncryption = record.spec === 'SYMMETRIC_DEFAULT';
  return {
    ...algorithmLists(record),
    ...expiration(record),
    aWSAccountId: record.account,
    arn: record.arn,
    creationDate: record.createdAtMs,
    currentKeyMaterialId: isSymmetricEncryption ? findCurrentMaterial(record)?.id : undefined,
    customerMasterKeySpec: record.spec,
    deletionDate: record.deletionAtMs,
    description: record.description,
    enabled: state === 'Enabled',
    keyId: record.id,
    keyManager: 'CUSTOMER',
    keySpec: record.spec,
    keyState: state,
    keyUsage: record.usage,
    multiRegion: record.multiRegion !== undefined,
    multiRegionConfiguration: multiRegionConfiguration(record),
    origin: record.origin,
    pendingDeletionWindowInDays: state === 'PendingReplicaDeletion' ? record.deletionWindowDays : undefined,
  };
}

/** Whether, and when first, imported material expires; nothing while there is none. */
function expiration({ materials, origin }: KeyRecord): Result {
  if (origin !== 'EXTERNAL') return {};
  const imported = materials.filter((material) => material.imported === 'IMPORTED');
  if (imported.length === 0) return {};
  const ends = imported.map((material) => material.expiresAtMs).filter((endMs) => endMs !== undefined);
  return ends.length === 0
    ? { expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
    : { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: Math.min(...ends) };
}
