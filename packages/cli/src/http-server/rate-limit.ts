/** How often one address may ask. */
export interface RateLimitOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Addresses that are remembered; beyond it the one that asked longest ago is forgotten, and starts anew. */
const addressesMax = 4096;

/** A bucket of tokens for each address. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** Whether one more request of this address is to be answered. */
  take(address: string): boolean {
    const { perSecond, burst, nowMs } = this.#options;
    const atMs = nowMs();
    const bucket = this.#buckets.get(address) ?? { tokens: burst, atMs };
    const tokens = Math.min(burst, bucket.tokens + ((atMs - bucket.atMs) * perSecond) / 1000);
    const isTaken = tokens >= 1;
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: isTaken ? tokens - 1 : tokens, atMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > addressesMax && oldest !== undefined) this.#buckets.delete(oldest);
    return isTaken;
  }
}
