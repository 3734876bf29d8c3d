/** A message that was given up. */
export interface DeadLetter {
  /** By which it is sent again. */
  readonly id: string;
  readonly kind: string;
  readonly incidentId?: string | undefined;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly reason: string;
  readonly failedAtMs: number;
}

/** How a test message went. */
export type TestOutcome =
  | { readonly kind: 'sent'; readonly latencyMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** The sender of messages as a front sees it; kept by a follower, joined to the fronts by main. */
export interface ChannelMessages {
  /** Sends a message that says that it is a test, at once and once. */
  test(channelName: string): Promise<TestOutcome>;
  /** Oldest first. */
  deadLetters(channelName: string): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back into the queue, all when no ids are given; answers how many. */
  replay(channelName: string, ids: readonly string[]): Promise<number>;
}
