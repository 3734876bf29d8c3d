import { currentMaterial, type Key } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Params } from '../params.ts';
import { type EncryptionUse, encryptionUse, requireSymmetricKey, SYMMETRIC_ALGORITHM } from './encryption.ts';
import type { KeyOperation } from './key-states.ts';
import { checkTokensAndRecipient, endDryRun } from './request-members.ts';
import { keyForUse, type KeyUse } from './use-key.ts';

/** The key that a data key is to be encrypted under, and how. */
export interface DataKeyUse {
  readonly key: Key;
  readonly use: EncryptionUse;
  readonly keyMaterialId: string;
}

/** Finds the key for a data key: asks policy, checks the members, and ends a dry run. Nothing is made before. */
export function keyForDataKey(
  attempt: Attempt,
  params: Params,
  operation: KeyOperation,
  checkMembers: () => void,
  conditions: KeyUse['conditions'] = {},
): DataKeyUse {
  const context = params.textMap('encryptionContext');
  attempt.note.context = context;
  attempt.note.algorithm = SYMMETRIC_ALGORITHM;
  const use = encryptionUse({ operation, context }, SYMMETRIC_ALGORITHM, conditions);
  const key = keyForUse(attempt, params.text('keyId'), use, () => {
    checkTokensAndRecipient(attempt, params);
    checkMembers();
  });
  requireSymmetricKey(key);
  endDryRun(params);
  return { key, use, keyMaterialId: currentMaterial(key.record).id };
}
