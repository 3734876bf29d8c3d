import type { TrustedKeys } from '@keywitness/log';

/** A checkpoint that the log has signed. */
export interface LogCheckpoint {
  /** The signed note, to the letter. */
  readonly note: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The published log as its witnesses need it. */
export interface WitnessedLog {
  /** The newest published checkpoint; `undefined` before the first. */
  newest(): LogCheckpoint | undefined;
  /** Proves that the tree of `size` begins with that of `oldSize`; both are not above the newest. */
  consistency(oldSize: number, size: number): Promise<readonly Uint8Array[]>;
  /** The newest checkpoint that was kept with cosignatures, also by an earlier process. */
  witnessed(): string | undefined;
  /** Keeps and serves a checkpoint with the cosignatures of a quorum. */
  keepWitnessed(note: string): Promise<void>;
}

/** A witness that is asked to cosign: where it is and which keys it has. */
export interface WitnessEndpoint {
  readonly url: string;
  readonly vkeys: readonly string[];
}

/** Who cosigns the log, and how many of them it takes. */
export interface WitnessPolicy {
  readonly endpoints: readonly WitnessEndpoint[];
  /** The keys of the log, of all witnesses, and the quorum. */
  readonly trusted: TrustedKeys;
}
