import { randomFillSync } from 'node:crypto';

/** Where randomness comes from; handed in, so that tests can repeat a run. */
export interface Entropy {
  /** `count` fresh random bytes, owned by the caller. */
  bytes(count: number): Uint8Array;
}

const POOL_BYTES = 8192;

/** The operating system's randomness, fetched in blocks: one system call serves hundreds of nonces and ids. */
export function systemEntropy(): Entropy {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(count: number): Uint8Array {
      if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count));
      if (used + count > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const taken = pool.slice(used, used + count);
      // Bytes handed out may become a key: they must not stay behind in the pool (G8).
      pool.fill(0, used, used + count);
      used += count;
      return taken;
    },
  };
}
