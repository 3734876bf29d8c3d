import { addSignatures, type NoteSignature, openCheckpoint } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { Schedule } from '../../core/operations/index.ts';
import type { LogCheckpoint, WitnessedLog, WitnessPolicy } from './ports.ts';
import { isFatal, WitnessSession } from './session.ts';

/** What witnessing is made of. */
export interface WitnessingOptions {
  readonly policy: WitnessPolicy;
  readonly log: WitnessedLog;
  /** The witnesses are given a checkpoint at most this often. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  /** Told that a quorum has cosigned a tree of `size`, and of the latest time in a cosignature, in POSIX seconds. */
  readonly onWitnessed: (size: number, timestamp: number) => void;
  /** Told whether the quorum has been missing for long. */
  readonly onQuorum: (isMissing: boolean) => void;
  /** Told what an operator should know. */
  readonly onTrouble: (message: string) => void;
  /** Told that a witness has shown a fork or a rollback: nothing may be signed any more. */
  readonly onFatal: (error: Error) => void;
}

/** A checkpoint that the witnesses are asked to cosign, and what has come in. */
interface Round {
  readonly checkpoint: LogCheckpoint;
  readonly startedMs: number;
  readonly signatures: NoteSignature[];
  /** The witnesses that have been asked. */
  readonly asked: Set<WitnessSession>;
  hasQuorum: boolean;
}

/** Rounds that late cosignatures are still taken for. */
const roundsMax = 8;
/** A heartbeat checkpoint comes every minute: without a quorum for longer than this, something is wrong. */
const quorumMissingMs = 90_000;
const repeatTroubleMs = 600_000;
const watchMs = 5000;

/**
 * Gathers cosignatures for the checkpoints that are published. All witnesses are given the same checkpoint, a round, so
 * that their cosignatures come together on one; the next round begins when this one has its quorum, or when those who
 * have not answered by then are given up. Publishing never waits for any of it.
 */
export class Witnessing {
  readonly #options: WitnessingOptions;
  readonly #sessions: readonly WitnessSession[];
  readonly #busy = new Set<WitnessSession>();
  #rounds: Round[] = [];
  #keeping: Promise<void> = Promise.resolve();
  #keptSize = -1;
  #isStopped = false;
  #plannedMs = Infinity;
  #quorumMs: number;
  #troubleMs = -Infinity;

  constructor(options: WitnessingOptions) {
    this.#options = options;
    this.#quorumMs = options.nowMs();
    this.#sessions = options.policy.endpoints.map((endpoint) => new WitnessSession({ ...options, endpoint }));
    const kept = options.log.witnessed();
    if (kept !== undefined) this.#tellIfQuorum(kept);
    this.#watch();
  }

  /** Tells that a checkpoint was published. */
  published(): void {
    this.#turn();
  }

  /** Asks nobody any more, and resolves when what has come in is kept. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#keeping;
  }

  #turn(): void {
    if (this.#isStopped) return;
    this.#startRound();
    const [round] = this.#rounds;
    if (round === undefined) return;
    for (const session of this.#sessions) {
      if (this.#busy.has(session) || round.asked.has(session)) continue;
      if (session.notBeforeMs > this.#options.nowMs()) continue;
      round.asked.add(session);
      this.#busy.add(session);
      this.#ask(session, round).catch((error: unknown) => this.#fail(error));
    }
  }

  #startRound(): void {
    const { log, nowMs, intervalMs, timeoutMs } = this.#options;
    const newest = log.newest();
    const [current] = this.#rounds;
    if (newest === undefined) return;
    if (current !== undefined) {
      const isSame = newest.note === current.checkpoint.note;
      // What nobody else has been given since is asked for again only while its quorum is missing.
      if (isSame && (current.hasQuorum || current.asked.size < this.#sessions.length)) return;
      const pauseMs = current.hasQuorum ? intervalMs : Math.max(intervalMs, timeoutMs);
      const isOver = current.asked.size === this.#sessions.length && this.#busy.size === 0;
      const dueMs = current.startedMs + (isOver ? intervalMs : pauseMs);
      if (nowMs() < dueMs) {
        this.#planTurn(dueMs);
        return;
      }
    }
    const round = {
      checkpoint: newest,
      startedMs: nowMs(),
      signatures: [],
      asked: new Set<WitnessSession>(),
    };
    this.#rounds = [{ ...round, hasQuorum: false }, ...this.#rounds].slice(0, roundsMax);
  }

  /** A time that is brought forward leaves the task of the later time behind, which then does nothing. */
  #planTurn(dueMs: number): void {
    if (dueMs >= this.#plannedMs) return;
    this.#plannedMs = dueMs;
    this.#options.schedule(dueMs - this.#options.nowMs(), () => {
      if (this.#plannedMs !== dueMs) return;
      this.#plannedMs = Infinity;
      this.#turn();
    });
  }

  async #ask(session: WitnessSession, round: Round): Promise<void> {
    try {
      round.signatures.push(...(await session.cosign(round.checkpoint)));
    } finally {
      this.#busy.delete(session);
    }
    if (round.signatures.length > 0) this.#count(round);
    this.#turn();
  }

  #count(round: Round): void {
    const { note, size } = round.checkpoint;
    const cosigned = addSignatures(note, round.signatures);
    if (!this.#tellIfQuorum(cosigned)) return;
    round.hasQuorum = true;
    if (size < this.#keptSize) return;
    this.#keptSize = size;
    this.#keeping = this.#keeping
      .then(() => this.#options.log.keepWitnessed(cosigned))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.onTrouble(`a cosigned checkpoint could not be kept: ${reason}`);
      });
  }

  #tellIfQuorum(cosigned: string): boolean {
    const { policy, onWitnessed, onQuorum, nowMs } = this.#options;
    const opened = openCheckpoint(cosigned, policy.trusted, nodeCrypto);
    if (!opened.ok) return false;
    const { size, origin } = opened.checkpoint;
    const times = opened.signatures.filter(({ name }) => name !== origin);
    onWitnessed(size, Math.max(0, ...times.map(({ timestamp }) => timestamp ?? 0)));
    if (this.#troubleMs > -Infinity) {
      this.#troubleMs = -Infinity;
      this.#options.onTrouble(`a quorum of witnesses cosigns again, up to \`${size}\` entries`);
    }
    onQuorum(false);
    this.#quorumMs = nowMs();
    return true;
  }

  /** Looks after what no publication sets going: retries after pauses, and a quorum that stays away. */
  #watch(): void {
    this.#options.schedule(watchMs, () => {
      if (this.#isStopped) return;
      this.#turn();
      this.#complainIfMissing();
      this.#watch();
    });
  }

  #complainIfMissing(): void {
    const { nowMs, onTrouble, onQuorum } = this.#options;
    const missingMs = nowMs() - this.#quorumMs;
    if (missingMs < quorumMissingMs) return;
    onQuorum(true);
    if (nowMs() - this.#troubleMs < repeatTroubleMs) return;
    this.#troubleMs = nowMs();
    const seconds = Math.round(missingMs / 1000);
    onTrouble(`NO QUORUM: for \`${seconds}\` seconds too few witnesses have cosigned the log`);
  }

  #fail(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    if (isFatal(error)) {
      this.#isStopped = true;
      this.#options.onFatal(failure);
      return;
    }
    // Reading tiles for a proof can fail as every reading can; the next turn tries again.
    this.#options.onTrouble(`asking for cosignatures failed: ${failure.message}`);
  }
}
