import {
  type CheckpointConflict,
  considerCheckpoint,
  cosign,
  addSignatures,
  formatCosignatures,
  type KnownLog,
  parseNote,
  type TrustedKeys,
  type WitnessDecision,
  type WitnessedCheckpoint,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { EvidenceFolder } from '../evidence/index.ts';
import type { FileOperations } from '../files/index.ts';
import { plainAnswer, plainType, type TextAnswer } from '../http-server/index.ts';
import type { WitnessKeys } from './witness-keys.ts';
import { originHash, type StoredLog, WitnessState } from './witness-state.ts';

/** What a witness is made of. */
export interface WitnessOptions {
  readonly folder: string;
  readonly keys: WitnessKeys;
  /** The logs that it cosigns for. */
  readonly logs: readonly TrustedKeys[];
  readonly files: FileOperations;
  /** POSIX milliseconds. */
  readonly timeMs: () => number;
  /** Told of what an operator should hear of. */
  readonly onConflict: (conflict: CheckpointConflict) => void;
  readonly onFailure: (error: unknown) => void;
}

/** tlog-witness, "add-checkpoint". */
const sizeType = 'text/x.tlog.size';
/** Requests that may wait for their turn; each is an answer away from its client. */
const waitingMax = 64;

/**
 * A witness (tlog-witness): cosigns a checkpoint when it extends the last one of the log that it has cosigned.
 *
 * INVARIANT: requests are decided one after the other, each on the state that the one before has left on disk, and a
 * cosignature leaves only after the state that knows of it is durable. So no two cosignatures of this witness contradict
 * each other, whatever comes in at the same time and wherever the process dies.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #state: WitnessState;
  readonly #evidence: EvidenceFolder;
  readonly #logs = new Map<string, KnownLog>();
  readonly #cosigned = new Map<string, string>();
  /** Logs whose state could not be replaced: what is on disk is looked at before anything else. */
  readonly #doubtful = new Set<string>();
  #seconds = 0;
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: WitnessOptions) {
    this.#options = options;
    this.#state = new WitnessState(options.folder, options.files, options.keys.verifierKeys);
    this.#evidence = new EvidenceFolder(options.folder, options.files);
  }

  /** @throws Failure when the state of a log cannot be used. */
  static async open(options: WitnessOptions): Promise<Witness> {
    const witness = new Witness(options);
    for (const keys of options.logs) witness.#adopt(keys, await witness.#state.open(keys));
    return witness;
  }

  /** What it has cosigned last, of each log that it knows. */
  logs(): readonly { readonly origin: string; readonly latest: WitnessedCheckpoint | undefined }[] {
    return [...this.#logs].map(([origin, { latest }]) => ({ origin, latest }));
  }

  /** The latest cosigned checkpoint of a log by the hash of its origin (tlog-witness, "Monitor Retrieval Mechanism"). */
  cosigned(hash: string): string | undefined {
    return this.#cosigned.get(hash);
  }

  /** Answers a request to cosign. Never rejects. */
  async add(body: Uint8Array): Promise<TextAnswer> {
    if (this.#waiting >= waitingMax) return plainAnswer(503, 'too many requests wait');
    this.#waiting += 1;
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#turn = promise;
    await before;
    try {
      return await this.#decide(body);
    } catch (error) {
      this.#options.onFailure(error);
      return { status: 500, type: plainType, body: 'the witness could not store the checkpoint\n' };
    } finally {
      this.#waiting -= 1;
      resolve(undefined);
    }
  }

  async #decide(body: Uint8Array): Promise<TextAnswer> {
    await this.#resolveDoubts();
    const decision = considerCheckpoint(body, this.#logs, nodeCrypto);
    if (decision.kind === 'cosign') return this.#cosign(decision.latest);
    if (decision.conflict !== undefined) await this.#keep(decision.conflict);
    return refusal(decision);
  }

  async #cosign(latest: WitnessedCheckpoint): Promise<TextAnswer> {
    const log = this.#logs.get(latest.origin);
    if (log === undefined) return { status: 404, type: plainType, body: 'the log is not known here\n' };
    const signers = this.#options.keys.signers(() => this.#nowSeconds());
    const signatures = cosign(parseNote(latest.note).text, signers);
    const cosigned = addSignatures(latest.note, signatures);
    this.#doubtful.add(latest.origin);
    await this.#state.replace(latest.origin, cosigned);
    this.#doubtful.delete(latest.origin);
    this.#adopt(log.keys, { latest, cosigned, cosignedSeconds: this.#seconds });
    return { status: 200, type: plainType, body: formatCosignatures(signatures) };
  }

  /** A conflict that cannot be kept is told of all the same, and nothing is cosigned either way. */
  async #keep(conflict: CheckpointConflict): Promise<void> {
    this.#options.onConflict(conflict);
    try {
      await this.#evidence.keep(conflict, this.#options.timeMs());
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  async #resolveDoubts(): Promise<void> {
    for (const origin of this.#doubtful) {
      const keys = this.#logs.get(origin)?.keys;
      if (keys !== undefined) this.#adopt(keys, await this.#state.read(keys));
      this.#doubtful.delete(origin);
    }
  }

  #adopt(keys: TrustedKeys, { latest, cosigned, cosignedSeconds }: StoredLog): void {
    this.#logs.set(keys.origin, { keys, latest });
    this.#seconds = Math.max(this.#seconds, cosignedSeconds);
    if (cosigned !== undefined) this.#cosigned.set(originHash(keys.origin), cosigned);
  }

  /** A cosignature says what was the largest tree at a time: the time never goes back, even when the clock does. */
  #nowSeconds(): number {
    this.#seconds = Math.max(this.#seconds, Math.floor(this.#options.timeMs() / 1000));
    return this.#seconds;
  }
}

function refusal(decision: Extract<WitnessDecision, { readonly kind: 'refuse' }>): TextAnswer {
  const { status, reason, latestSize } = decision;
  return latestSize === undefined
    ? { status, type: plainType, body: `${reason}\n` }
    : { status, type: sizeType, body: `${latestSize}\n` };
}
