import { createHash } from 'node:crypto';
import type { Entropy } from './entropy.ts';

/** Repeatable "randomness" for tests and vectors: SHA-256 of a seed and a counter. Never for anything else. */
export function insecureDeterministicEntropy(seed: string): Entropy {
  let counter = 0;
  return {
    bytes(count: number): Uint8Array {
      const bytes = new Uint8Array(count);
      for (let offset = 0; offset < count; offset += 32) {
        const block = createHash('sha256').update(`${seed}/${counter}`).digest();
        counter += 1;
        bytes.set(block.subarray(0, Math.min(32, count - offset)), offset);
      }
      return bytes;
    },
  };
}
