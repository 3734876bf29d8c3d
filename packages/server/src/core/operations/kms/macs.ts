import { keyAlgorithm, type MacAlgorithm, type OpenedKey } from '../../crypto/index.ts';
import type { Key } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Params } from '../params.ts';
import { openedKey, partOf } from './key-material.ts';
import { checkTokensAndRecipient } from './request-members.ts';
import { algorithmFrom, keyForUse } from './use-key.ts';

/** A key for message authentication codes, and the algorithm that was asked for. */
export interface MacUse {
  readonly key: Key;
  readonly algorithm: MacAlgorithm;
  readonly macs: NonNullable<OpenedKey['macs']>;
}

/** Finds the key for a code: asks policy, and checks the members of the request that both operations share. */
export function keyForMac(attempt: Attempt, params: Params, operation: 'GenerateMac' | 'VerifyMac'): MacUse {
  const asked = params.text('macAlgorithm');
  attempt.note.algorithm = asked;
  const conditions = { 'kms:macalgorithm': [asked] };
  const use = { operation, usage: 'GENERATE_VERIFY_MAC', conditions } as const;
  const key = keyForUse(attempt, params.text('keyId'), use, () => checkTokensAndRecipient(attempt, params));
  return {
    key,
    algorithm: algorithmFrom(key, keyAlgorithm(key.record.spec).macAlgorithms, asked),
    macs: partOf(openedKey(attempt, key).macs, key),
  };
}
