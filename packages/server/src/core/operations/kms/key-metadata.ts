import { findCurrentMaterial, type KeyRecord, keyState } from '../../keys/index.ts';
import type { Result } from '../params.ts';

/** KMS's `KeyMetadata` of a key. */
export function keyMetadata(record: KeyRecord, nowMs: number): Result {
  return {
    aWSAccountId: record.account,
    arn: record.arn,
    creationDate: record.createdAtMs,
    currentKeyMaterialId: findCurrentMaterial(record)?.id,
    customerMasterKeySpec: record.spec,
    deletionDate: record.deletionAtMs,
    description: record.description,
    enabled: keyState(record, nowMs) === 'Enabled',
    encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    keyId: record.id,
    keyManager: 'CUSTOMER',
    keySpec: record.spec,
    keyState: keyState(record, nowMs),
    keyUsage: record.usage,
    multiRegion: false,
    origin: record.origin,
  };
}
