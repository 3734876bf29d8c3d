import type { Schedule, ServiceCondition } from '../../core/operations/index.ts';

/** What can be told of the service at one moment. */
export interface Vitals {
  /** Free bytes where the data is, and what is kept for the record of refusals. */
  readonly diskFreeBytes: number;
  readonly diskReserveBytes: number;
  /** Too few witnesses have cosigned for a while. */
  readonly isQuorumMissing: boolean;
  /** Entries in the ledger, and of them how many each follower has seen, by its name. */
  readonly entries: number;
  readonly followers: Readonly<Record<string, number>>;
  /** Attempts to send to each channel that failed on end. */
  readonly channels: readonly { readonly channelName: string; readonly failures: number }[];
}

/** What watching the service's condition is made of. */
export interface HealthOptions {
  readonly vitals: () => Vitals;
  /** Puts a condition on the record. @throws when it could not be recorded */
  readonly report: (condition: ServiceCondition, details: Readonly<Record<string, string>>) => Promise<void>;
  /** Wall clock and monotonic clock, milliseconds. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly schedule: Schedule;
  readonly onFailure: (error: unknown) => void;
}

/** The watch over the service's condition. */
export interface Health {
  /** Resolves when the first look is over, whether or not what it found could be recorded. */
  readonly begun: Promise<void>;
  stop(): void;
}

const LOOK_MS = 1000;
const HEARTBEAT_MS = 5 * 60_000;
/** A clock that is this far off what the other one says has been set. */
const CLOCK_STEP_MS = 2000;
/** With less than this many times the reserve it is time to make room. */
const DISK_LOW_FACTOR = 4;
/** One that fails may be busy. */
const CHANNEL_FAILURES_MAX = 3;
/** A follower that is behind for longer than this is told of. */
const BEHIND_MS = 30_000;

/**
 * Looks at once and then every second, and puts on the record that the service has started and what has changed. What cannot
 * be recorded is tried again at the next look.
 */
export function createHealth(options: HealthOptions): Health {
  return new Watch(options);
}

interface Change {
  readonly condition: ServiceCondition;
  readonly details: Readonly<Record<string, string>>;
  /** Done once it is on the record: what was found is then no news any more. */
  readonly settle: () => void;
}

class Watch implements Health {
  readonly begun: Promise<void>;
  readonly #options: HealthOptions;
  #isStopped = false;
  #isStartTold = false;
  /** The difference of the two clocks when they were last believed. */
  #clocksApartMs: number;
  #heartbeatAtMs = -Infinity;
  #isDiskLow = false;
  #isQuorumMissing = false;
  /** By follower: since when it has not had all of what there was then. */
  readonly #behind = new Map<string, { readonly entries: number; readonly sinceMs: number }>();
  readonly #told = new Set<string>();
  readonly #failing = new Set<string>();

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#clocksApartMs = options.nowMs() - options.monotonicMs();
    this.begun = this.#look();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #look(): Promise<void> {
    if (this.#isStopped) return;
    const { onFailure, schedule } = this.#options;
    await this.#reportAll().catch(onFailure);
    schedule(LOOK_MS, () => {
      this.#look().catch(onFailure);
    });
  }

  async #reportAll(): Promise<void> {
    const vitals = this.#options.vitals();
    for (const { condition, details, settle } of [
      ...this.#start(),
      ...this.#clock(),
      ...this.#disk(vitals),
      ...this.#quorum(vitals),
      ...this.#followers(vitals),
      ...this.#channels(vitals),
      ...this.#heartbeat(vitals),
    ]) {
      await this.#options.report(condition, details);
      settle();
    }
  }

  *#start(): Generator<Change> {
    if (this.#isStartTold) return;
    yield {
      condition: 'start',
      details: {},
      settle: () => {
        this.#isStartTold = true;
      },
    };
  }

  *#clock(): Generator<Change> {
    const apart = this.#options.nowMs() - this.#options.monotonicMs();
    const step = apart - this.#clocksApartMs;
    if (Math.abs(step) < CLOCK_STEP_MS) {
      // Slow corrections are what time servers are for.
      this.#clocksApartMs = apart;
      return;
    }
    yield {
      condition: 'clock-step',
      details: { stepMs: String(Math.round(step)) },
      settle: () => {
        this.#clocksApartMs = apart;
      },
    };
  }

  *#disk({ diskFreeBytes, diskReserveBytes }: Vitals): Generator<Change> {
    const isLow = diskFreeBytes < diskReserveBytes * DISK_LOW_FACTOR;
    if (isLow === this.#isDiskLow) return;
    yield {
      condition: isLow ? 'disk-low' : 'disk-recovered',
      details: { freeBytes: String(diskFreeBytes), reserveBytes: String(diskReserveBytes) },
      settle: () => {
        this.#isDiskLow = isLow;
      },
    };
  }

  *#quorum({ isQuorumMissing }: Vitals): Generator<Change> {
    if (isQuorumMissing === this.#isQuorumMissing) return;
    yield {
      condition: isQuorumMissing ? 'quorum-missing' : 'quorum-recovered',
      details: {},
      settle: () => {
        this.#isQuorumMissing = isQuorumMissing;
      },
    };
  }

  *#followers({ entries, followers }: Vitals): Generator<Change> {
    const now = this.#options.monotonicMs();
    for (const [follower, seen] of Object.entries(followers)) {
      const behind = this.#behind.get(follower);
      if (behind === undefined || seen >= behind.entries) {
        // It has had all that there was when it was last looked at.
        if (seen < entries) this.#behind.set(follower, { entries, sinceMs: now });
        else this.#behind.delete(follower);
        if (this.#told.has(follower)) yield this.#caughtUp(follower);
      } else if (now - behind.sinceMs > BEHIND_MS && !this.#told.has(follower)) {
        yield {
          condition: 'follower-behind',
          details: { follower, behind: String(entries - seen) },
          settle: () => this.#told.add(follower),
        };
      }
    }
  }

  *#channels({ channels }: Vitals): Generator<Change> {
    for (const { channelName, failures } of channels) {
      const details = { channel: channelName };
      const isKnown = this.#failing.has(channelName);
      if (failures >= CHANNEL_FAILURES_MAX && !isKnown) {
        const settle = (): void => void this.#failing.add(channelName);
        yield { condition: 'channel-failing', details, settle };
      } else if (failures === 0 && isKnown) {
        const settle = (): void => void this.#failing.delete(channelName);
        yield { condition: 'channel-recovered', details, settle };
      }
    }
  }

  #caughtUp(follower: string): Change {
    return {
      condition: 'follower-caught-up',
      details: { follower },
      settle: () => this.#told.delete(follower),
    };
  }

  *#heartbeat({ entries }: Vitals): Generator<Change> {
    const now = this.#options.monotonicMs();
    if (now - this.#heartbeatAtMs < HEARTBEAT_MS) return;
    yield {
      condition: 'heartbeat',
      details: { entries: String(entries) },
      settle: () => {
        this.#heartbeatAtMs = now;
      },
    };
  }
}
