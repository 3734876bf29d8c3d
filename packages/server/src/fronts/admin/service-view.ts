import type { ChannelState, EffectiveSetting } from '@keywitness/api';

/** A witness as the service's policy names it. */
export interface NamedWitness {
  readonly url: string;
  /** Its verifier keys. */
  readonly vkeys: readonly string[];
}

/** What does not change while the service runs. Can be posted to a thread. */
export interface ServiceFacts {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly origin: string;
  readonly diskReserveBytes: number;
  readonly storeType: string;
  /** Which witnesses are needed, in words; absent when nobody cosigns. */
  readonly quorum?: string;
  readonly witnesses: readonly NamedWitness[];
  /** Without anything secret. */
  readonly settings: readonly EffectiveSetting[];
}

/** How the service is at a moment. */
export interface ServiceNumbers {
  readonly isRefusing: boolean;
  readonly entries: number;
  readonly publishedSize: number;
  /** POSIX seconds of the newest checkpoint, and of the newest that a quorum cosigned; 0 before there is one. */
  readonly publishedSeconds: number;
  readonly witnessedSize: number;
  readonly witnessedSeconds: number;
  readonly isQuorumMissing: boolean;
  readonly diskFreeBytes: number;
  readonly storeBytes: number;
  /** How many entries each follower has seen, by its name. */
  readonly followers: Readonly<Record<string, number>>;
  /** How far telling is, by the name of the channel. */
  readonly channels: Readonly<Record<string, Omit<ChannelState, 'name' | 'type' | 'disabled'>>>;
}

/** The service as a whole, which all of its threads know a part of. */
export interface ServiceView {
  readonly facts: ServiceFacts;
  numbers(): Promise<ServiceNumbers>;
}
