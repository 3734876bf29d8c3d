import {
  currentMaterial,
  dueRotation,
  isDeleted,
  type KeyMaterialRecord,
  type KeyRecord,
  parseKeyName,
  readyMaterial,
  rotated,
} from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { writeKey } from './change-key.ts';
import { inAllRegions } from './multi-region.ts';

/**
 * The service's own act when a rotation is due: new material encrypts from now on, and the materials before it go on
 * decrypting. Nothing but the scheduler calls it.
 */
export const rotateKey: Operation = {
  name: 'RotateKey',
  action: 'key.rotate',
  run(attempt, params) {
    const name = parseKeyName(params.text('keyId'));
    const record = attempt.view.key(name)?.record;
    if (record === undefined || isDeleted(record, attempt.nowMs)) {
      throw new OperationError('InvalidState', `there is no key \`${name}\` to rotate`);
    }
    attempt.note.key = { arn: record.arn, id: record.id };
    const rotationType = dueRotation(record, attempt.nowMs);
    if (rotationType === undefined) {
      throw new OperationError('InvalidState', `no rotation of key \`${name}\` is due`);
    }
    attempt.note.parameters = { keyOrigin: record.origin, rotationType };
    const before = currentMaterial(record);
    const after = nextMaterial(attempt, record);
    attempt.note.key = {
      arn: record.arn,
      id: record.id,
      materialId: after.id,
      current: true,
      state: 'Enabled',
    };
    attempt.note.change = {
      before: { keyMaterialId: before.id },
      after: { keyMaterialId: after.id },
    };
    writeKey(attempt, rotated(record, after, rotationType, attempt.nowMs));
    return {};
  },
};

function nextMaterial(attempt: Attempt, record: KeyRecord): KeyMaterialRecord {
  const { entropy, keyring, nowMs } = attempt;
  if (record.origin === 'AWS_KMS') {
    return keyring.sealMaterial(record.id, attempt.newMaterial(record.spec), nowMs, entropy);
  }
  const ready = readyMaterial(inAllRegions(attempt, record), nowMs);
  if (ready !== undefined) return ready;
  throw new OperationError('InvalidState', `no material of key \`${record.id}\` waits for its rotation`);
}
