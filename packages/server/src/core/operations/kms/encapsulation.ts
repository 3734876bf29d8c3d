import type { OpenedKey } from '../../crypto/index.ts';
import type { Key } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Params } from '../params.ts';
import { ENCAPSULATION_ALGORITHM } from './algorithm-lists.ts';
import { openedKey, partOf } from './key-material.ts';
import { checkTokensAndRecipient } from './request-members.ts';
import { algorithmFrom, keyForUse } from './use-key.ts';

/** A key for encapsulation, and the algorithm that was asked for. */
export interface EncapsulationUse {
  readonly key: Key;
  readonly algorithm: string;
  readonly encapsulation: NonNullable<OpenedKey['encapsulation']>;
}

/** Finds the key for an encapsulation: asks policy, and checks the members that both operations share. */
export function keyForEncapsulation(
  attempt: Attempt,
  params: Params,
  operation: 'Decapsulate' | 'Encapsulate',
): EncapsulationUse {
  const asked = params.text('encapsulationAlgorithm');
  attempt.note.algorithm = asked;
  const use = { operation, usage: 'ENCAPSULATE_DECAPSULATE', conditions: {} } as const;
  const key = keyForUse(attempt, params.text('keyId'), use, () => checkTokensAndRecipient(attempt, params));
  return {
    key,
    algorithm: algorithmFrom(key, [ENCAPSULATION_ALGORITHM], asked),
    encapsulation: partOf(openedKey(attempt, key).encapsulation, key),
  };
}
