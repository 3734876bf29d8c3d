import type { LedgerReader, PublishedLog } from '../../core/audit/index.ts';
import type { LogSigningKey } from '../../core/crypto/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import { LogError } from '@keywitness/log';
import { CheckpointSigner, type SignedCheckpoint } from './checkpoint-signer.ts';
import { PublisherError } from './errors.ts';
import type { FileOperations } from './file-operations.ts';
import { ProofWaiters } from './proof-waiters.ts';
import { type CheckpointStore, Publication } from './publication.ts';

/** What a publisher is made of. */
export interface PublisherOptions {
  readonly reader: LedgerReader;
  readonly checkpoints: CheckpointStore;
  readonly files: FileOperations;
  /** Where the log is published. */
  readonly directory: string;
  /** The name of the log (C2SP tlog-checkpoint). */
  readonly origin: string;
  readonly ed25519: LogSigningKey;
  readonly mlDsa44: LogSigningKey;
  /** A checkpoint covers an event at most this long after it. */
  readonly publishIntervalMs: number;
  /** POSIX milliseconds, which are signed. */
  readonly timeMs: () => number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  /** Told of every checkpoint that was published, with the second that it states. */
  readonly onPublished: (size: number, timestamp: number) => void;
  /** Told that publishing failed, for example because the disk is full; it is tried again. */
  readonly onFailure: (error: unknown) => void;
  /** Told that nothing will be signed any more. */
  readonly onFatal: (error: Error) => void;
}

/** The published log, as main sees it. */
export interface Publisher extends PublishedLog {
  /**
   * Restores the tree and publishes. Resolves when it has, and also when that failed and is tried again.
   *
   * @throws PublisherError when nothing may be signed: see `PublisherErrorCode`.
   */
  start(): Promise<void>;
  /** Tells that the ledger holds `size` entries now. */
  advance(size: number): void;
  /** The newest published checkpoint; `undefined` before the first. */
  newest(): SignedCheckpoint | undefined;
  /** Proves that the tree of `size` begins with that of `oldSize`, from what is published. */
  consistency(oldSize: number, size: number): Promise<readonly Uint8Array[]>;
  /** The newest checkpoint that was kept with its cosignatures, also by an earlier process. */
  witnessed(): string | undefined;
  /** Keeps a published checkpoint with the cosignatures of a quorum; it is served from then on. */
  keepWitnessed(note: string): Promise<void>;
  /** Publishes what is there, if it can, and ends. Those who wait for a proof are told `Stopped`. */
  stop(): Promise<void>;
}

/** Silence is signed as well: a checkpoint of the same tree, with the time, this often. */
const HEARTBEAT_MS = 60_000;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 10_000;

/** Makes a publisher, which does nothing before it is started. */
export function createPublisher(options: PublisherOptions): Publisher {
  return new LedgerPublisher(options);
}

class LedgerPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #signer: CheckpointSigner;
  readonly #publication: Publication;
  readonly #waiters: ProofWaiters;
  #turn: Promise<void> | undefined;
  #dueMs = Infinity;
  #startedMs = -Infinity;
  #failures = 0;
  /** Whether the ledger had more when the last checkpoint was published. */
  #isBehind = false;
  #ended: PublisherError | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#signer = new CheckpointSigner(options);
    this.#publication = new Publication({ ...options, signer: this.#signer });
    this.#waiters = new ProofWaiters(options.schedule);
  }

  async start(): Promise<void> {
    await this.#publish();
    if (this.#ended !== undefined) throw this.#ended;
  }

  advance(size: number): void {
    // While publishing fails, only the pause between the tries decides when it is tried again.
    if (this.#turn !== undefined || this.#failures > 0 || size <= this.#size()) return;
    this.#wakeAt(this.#nextMs());
  }

  async stop(): Promise<void> {
    await this.#turn;
    do {
      if (this.#ended === undefined) await this.#publish();
    } while (this.#isBehind && this.#failures === 0 && this.#ended === undefined);
    this.#end(new PublisherError('Stopped', 'the publisher was stopped'));
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.#publication.published?.read(path);
  }

  async proof(index: number): Promise<string | undefined> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#options.reader.size()) return undefined;
    for (;;) {
      const { published } = this.#publication;
      if (published !== undefined && index < published.checkpoint.size) return published.proof(index);
      if (this.#ended !== undefined) throw this.#ended;
      this.advance(index + 1);
      await this.#waiters.wait(index);
    }
  }

  newest(): SignedCheckpoint | undefined {
    return this.#publication.published?.checkpoint;
  }

  consistency(oldSize: number, size: number): Promise<readonly Uint8Array[]> {
    const { published } = this.#publication;
    if (published !== undefined) return published.consistency(oldSize, size);
    return Promise.reject(new PublisherError('Paused', 'nothing is published yet'));
  }

  witnessed(): string | undefined {
    return this.#publication.witnessed?.note;
  }

  keepWitnessed(note: string): Promise<void> {
    return this.#publication.keepWitnessed(note);
  }

  verifierKeys(): Promise<string> {
    return Promise.resolve(this.#signer.verifierKeys);
  }

  /** Publishes once, alone; never rejects. */
  #publish(): Promise<void> {
    this.#turn ??= this.#publishOnce().finally(() => {
      this.#turn = undefined;
      if (this.#ended === undefined) this.#plan();
    });
    return this.#turn;
  }

  async #publishOnce(): Promise<void> {
    this.#startedMs = this.#options.nowMs();
    this.#dueMs = Infinity;
    try {
      await this.#publication.publish();
      this.#isBehind = this.#options.reader.size() > this.#size();
      this.#failures = 0;
      this.#tell();
    } catch (error) {
      this.#failures += 1;
      if (mayPass(error)) this.#options.onFailure(error);
      else this.#fail(error);
    }
  }

  #tell(): void {
    const checkpoint = this.#publication.published?.checkpoint;
    if (checkpoint === undefined) return;
    this.#options.onPublished(checkpoint.size, checkpoint.timestamp);
    this.#waiters.published(checkpoint.size);
  }

  #plan(): void {
    if (this.#failures > 0) {
      const backoffMs = Math.min(BACKOFF_MS_MIN * 2 ** this.#failures, BACKOFF_MS_MAX);
      this.#wakeAt(this.#options.nowMs() + backoffMs);
    } else {
      this.#wakeAt(this.#isBehind ? this.#nextMs() : this.#startedMs + HEARTBEAT_MS);
    }
  }

  /** Half of the interval after the last publication: the other half is for publishing itself. */
  #nextMs(): number {
    return this.#startedMs + this.#options.publishIntervalMs / 2;
  }

  #wakeAt(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#options.schedule(Math.max(0, dueMs - this.#options.nowMs()), () => {
      // A time that was brought forward leaves the task of the later time behind.
      if (this.#dueMs === dueMs && this.#ended === undefined) this.#own(this.#publish());
    });
  }

  #fail(error: unknown): void {
    const fatal = error instanceof Error ? error : new Error(String(error));
    this.#end(
      error instanceof PublisherError
        ? error
        : new PublisherError('Stopped', 'the publisher has failed', { cause: error }),
    );
    this.#options.onFatal(fatal);
  }

  #end(reason: PublisherError): void {
    this.#ended ??= reason;
    this.#waiters.stop(reason);
  }

  #size(): number {
    return this.#publication.published?.checkpoint.size ?? 0;
  }

  /** Publishing handles its errors; what still comes through is a fault of ours. */
  #own(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error));
  }
}

/** Whether an error is one of the world, such as a full disk, which may pass; and not a refusal or a fault of ours. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof PublisherError || error instanceof LogError) return false;
  return 'code' in error && typeof error.code === 'string' && !error.code.startsWith('ERR_');
}
