import { type Finding, RuleEngine, RuleError } from '@keywitness/rules';
import { firstAt, type LedgerReader, type TrailPlace } from '../../core/audit/index.ts';
import { sha256Hex } from '../../core/crypto/index.ts';
import type { RulesNow, Schedule } from '../../core/operations/index.ts';
import { type KeptState, StateFile } from './kept-state.ts';
import { ruleEventOf } from './rule-event.ts';

/** What following the log with rules is made of. */
export interface AlertsOptions {
  readonly reader: LedgerReader;
  /** Where the state is kept. */
  readonly path: string;
  readonly place: TrailPlace;
  /** The rules as they are now. */
  readonly rules: () => RulesNow;
  /** Puts a finding on the record; the same one again changes nothing. @throws when it could not be recorded */
  readonly raise: (finding: Finding) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  /** Told of what failed; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** How the rules are doing. */
export interface AlertsStatus {
  /** Entries that the rules have seen. */
  readonly size: number;
}

/** The rules at work. */
export interface Alerts {
  /** Tells that the log has grown. */
  advance(): void;
  status(): AlertsStatus;
  /** Finishes what is under way and keeps the state. */
  stop(): Promise<void>;
}

const BATCH_ENTRIES = 256;
/** After so many batches on end the thread gets to hear of what else there is to do: a stop, above all. */
const BATCHES_ON_END = 8;
/** What is missed is noticed this late at most. */
const TICK_MS = 1000;
/** The state is kept at most this often: after a crash so much is read again. */
const KEEP_MS = 30_000;
/** Without any state, rules learn from so much of the past, and speak of no more than this. */
const LEARN_MS = 14 * 86_400_000;
const SPEAK_MS = 86_400_000;
const LEARN_ENTRIES_MAX = 1_000_000;
/** As much of an entry as tells its action. */
const PREFIX_BYTES = 32;
/** What every event begins with: its members are sorted, and `action` is the first of them all. */
const CONFIGURING = /^\{"action":"rule\.(?:put|delete|disable|enable)"/;

/** Follows the log with the rules in force, from where it was before. */
export function createAlerts(options: AlertsOptions): Alerts {
  return new LogRules(options);
}

/**
 * INVARIANT: the kept state never is ahead of the findings that are on the record. So after a crash some findings are made
 * again, and none is lost; that the same one is recorded once is for `raise` to see to.
 */
class LogRules implements Alerts {
  readonly #options: AlertsOptions;
  readonly #file: StateFile;
  #engine: RuleEngine;
  /** Rules were changed, and the engine does not know it yet. */
  #hasOldRules = false;
  #cursor: number;
  #lastEntry: Uint8Array | undefined;
  /** Made, and not yet on the record. Nothing more is read until they are. */
  readonly #unraised: Finding[] = [];
  /** Findings about what was before are learned from and not spoken of. */
  readonly #speakSinceMs: number;
  #keptAtMs: number;
  #working: Promise<void> | undefined;
  #hasFailed = false;
  #isStopped = false;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#file = new StateFile(options.path);
    this.#keptAtMs = options.nowMs();
    const kept = this.#file.load();
    const resumed = kept !== undefined && this.#isOurs(kept) ? this.#resumed(kept) : undefined;
    this.#cursor = resumed?.cursor ?? this.#learningFrom();
    this.#speakSinceMs = resumed === undefined ? options.nowMs() - SPEAK_MS : -Infinity;
    this.#engine = resumed?.engine ?? this.#newEngine(undefined);
    this.#tick();
    this.advance();
  }

  /** A failure is an event as well: what has failed waits for the next tick, or the log would grow by its failing. */
  advance(): void {
    if (!this.#hasFailed) this.#run(() => this.#readOn());
  }

  status(): AlertsStatus {
    return { size: this.#cursor };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#working;
    this.#tryToKeep();
    this.#file.close();
  }

  /** One piece of work at a time: what comes meanwhile is found by the one under way, or by the next tick. */
  #run(work: () => Promise<void>): void {
    if (this.#working !== undefined || this.#isStopped) return;
    this.#working = work()
      .catch((error: unknown) => {
        this.#hasFailed = true;
        this.#options.onFailure(error);
      })
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #readOn(): Promise<void> {
    await this.#raiseAll();
    for (let batch = 1; !this.#isStopped; batch += 1) {
      const { entries } = this.#options.reader.read(this.#cursor, BATCH_ENTRIES);
      if (entries.length === 0) break;
      for (const entry of entries) {
        this.#take(entry);
        await this.#raiseAll();
        if (this.#isStopped) return;
      }
      if (batch % BATCHES_ON_END === 0) await this.#pause();
    }
    this.#renew();
    if (this.#options.nowMs() - this.#keptAtMs >= KEEP_MS) this.#tryToKeep();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#options.schedule(0, resolve));
  }

  /** Goes on with the rules that are in force now, if they were changed. */
  #renew(): void {
    if (!this.#hasOldRules) return;
    this.#engine = this.#newEngine(this.#engine.snapshot());
    this.#hasOldRules = false;
  }

  #take(entry: Uint8Array): void {
    this.#renew();
    const event = ruleEventOf(entry, this.#cursor, this.#options.place);
    if (event !== undefined) this.#unraised.push(...this.#engine.feed(event));
    this.#cursor += 1;
    this.#lastEntry = entry;
    // Before the next event, and again if that fails: no event is looked at by rules that are no longer in force.
    if (event?.canonical['outcome'] === 'success' && configures(entry)) this.#hasOldRules = true;
  }

  async #raiseAll(): Promise<void> {
    for (let next = this.#unraised[0]; next !== undefined; next = this.#unraised[0]) {
      if (next.timeMs >= this.#speakSinceMs) await this.#options.raise(next);
      this.#unraised.shift();
    }
  }

  /** Time goes on without events: what was expected and has not come is found by the clock. */
  #tick(): void {
    this.#options.schedule(TICK_MS, () => {
      this.#hasFailed = false;
      this.#run(async () => {
        await this.#readOn();
        this.#unraised.push(...this.#engine.advance(this.#options.nowMs()));
        await this.#raiseAll();
      });
      if (!this.#isStopped) this.#tick();
    });
  }

  #newEngine(snapshot: string | undefined): RuleEngine {
    const { inForce, resting } = this.#options.rules();
    const engine = new RuleEngine(inForce, resting);
    if (snapshot !== undefined) engine.restore(snapshot);
    return engine;
  }

  /** Goes on from a kept state; `undefined` when this version cannot read it: it is only a saving of work. */
  #resumed({
    cursor,
    snapshot,
  }: KeptState): { readonly cursor: number; readonly engine: RuleEngine } | undefined {
    try {
      return { cursor, engine: this.#newEngine(snapshot) };
    } catch (error) {
      if (!(error instanceof RuleError) || error.code !== 'unreadable-snapshot') throw error;
      this.#options.onFailure(error);
      return undefined;
    }
  }

  /** The state may be lost: a disk that takes nothing holds up neither the rules nor a stop. */
  #tryToKeep(): void {
    try {
      this.#keep();
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#keptAtMs = this.#options.nowMs();
  }

  /** @throws when the disk takes nothing */
  #keep(): void {
    if (this.#unraised.length > 0 || this.#lastEntry === undefined) return;
    this.#file.keep({
      cursor: this.#cursor,
      lastEntrySha256: sha256Hex(this.#lastEntry),
      snapshot: this.#engine.snapshot(),
    });
  }

  #isOurs({ cursor, lastEntrySha256 }: KeptState): boolean {
    const [last] = this.#options.reader.read(cursor - 1, 1).entries;
    return last !== undefined && sha256Hex(last) === lastEntrySha256;
  }

  #learningFrom(): number {
    const { nowMs, reader } = this.#options;
    const size = reader.size();
    return Math.max(0, size - LEARN_ENTRIES_MAX, firstAt(reader, size, nowMs() - LEARN_MS));
  }
}

/** Whether an event is of those that change what rules there are, if it was a success. Whoever may read rules, or may not even that, makes no work. */
function configures(entry: Uint8Array): boolean {
  return CONFIGURING.test(Buffer.from(entry.buffer, entry.byteOffset, PREFIX_BYTES).toString('latin1'));
}
