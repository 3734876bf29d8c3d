/** How much the listener takes from a client, and how long it waits. */
export interface HttpLimits {
  /** Open connections; more are dropped, on the record. */
  readonly connectionsMax: number;
  /** Request line and headers together, bytes. */
  readonly headBytesMax: number;
  readonly headersMax: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /**
   * A connection over which nothing has moved for this long while an answer is under way is closed: longer than any
   * answer takes to begin, or a stream to say that it is there.
   */
  readonly stalledTimeoutMs: number;
  /** An idle connection is closed after this long. */
  readonly idleTimeoutMs: number;
  /** How long a stop waits for answers that are under way. */
  readonly drainTimeoutMs: number;
}

/** Limits that fit the clients of a key management service: small requests over connections that stay. */
export const standardLimits: HttpLimits = {
  connectionsMax: 2048,
  headBytesMax: 16_384,
  headersMax: 100,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  stalledTimeoutMs: 60_000,
  idleTimeoutMs: 75_000,
  drainTimeoutMs: 10_000,
};
