import { contentProblem, formatAnswer, parseCheckpoint, parseNote } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { AnswerOutcome, AnswerQuestion, CompleteAnswers, LedgerReader } from '../../core/audit/index.ts';
import type { SecretKey } from '../../core/crypto/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import { CompletenessError } from './errors.ts';
import { meansDamage } from './index-file.ts';
import {
  IndexSigner,
  type IndexSignerOptions,
  type PublishedCheckpoint,
  readPublished,
} from './index-signer.ts';
import { proveAnswer } from './prove.ts';
import { Questions } from './questions.ts';
import { rolledBack, SubjectIndex } from './subject-index.ts';

/** What the verifiable index is made of. */
export interface CompletenessOptions extends IndexSignerOptions {
  readonly reader: LedgerReader;
  /** The index file; made when it is missing, rebuilt when it does not fit the log. */
  readonly path: string;
  /** What the parts of the file are tagged with that signatures depend on; the same as long as the keys of the log are. */
  readonly tagKey: SecretKey;
  readonly schedule: Schedule;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Puts the newest index checkpoint beside the published log. */
  readonly publish: (note: string) => void;
  /** Told when indexing or publishing failed, and when the index is rebuilt. It is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** How the index is doing. */
export interface CompletenessStatus {
  /** Entries that the newest index checkpoint covers. */
  readonly size: number;
  readonly subjects: number;
  /** How often the index was thrown away since the start. */
  readonly rebuilds: number;
}

/** The verifiable index over the log, as main sees it. */
export interface Completeness extends CompleteAnswers {
  /**
   * Compares the ledger with what was indexed and with the index checkpoint that lies beside the published log, before
   * anything is signed. One that cannot be read says nothing: it is made again.
   *
   * @throws CompletenessError `Rollback` when one of them is about more entries than the ledger has.
   */
  checkStart(published: string | undefined): void;
  /** Tells that the log has published this checkpoint. */
  advance(checkpoint: string): void;
  status(): CompletenessStatus;
  /** Stops, and keeps what was indexed. Questions under way are answered as unavailable. */
  close(): void;
}

/** Entries indexed in one step. */
const STEP_ENTRIES = 128;
/** While nobody waits for an answer, the index rests this many times as long as it works. */
const REST_FACTOR = 1;
/** A pause after a failure. */
const RETRY_MS = 1000;
/** Rebuilding more often than this in one process would not help. */
const REBUILDS_MAX = 3;

/** Opens the index in steps, and follows the published checkpoints. */
export function createCompleteness(options: CompletenessOptions): Completeness {
  return new CheckpointFollower(options);
}

interface Covered {
  readonly size: number;
  readonly logRoot: Uint8Array;
  readonly checkpoint: string;
  readonly index: string;
  readonly statement: Uint8Array;
}

/**
 * INVARIANT: an index checkpoint is signed only for a checkpoint of the log whose root is the root of the very entries
 * that were indexed. Answers are given between two checkpoints, when the index is exactly that of the last one.
 */
class CheckpointFollower implements Completeness {
  readonly #options: CompletenessOptions;
  readonly #index: SubjectIndex;
  readonly #signer: IndexSigner;
  readonly #questions: Questions;
  #opening: Generator<void> | undefined;
  /** The newest checkpoint, and the one that the index is on its way to. */
  #newest: PublishedCheckpoint | undefined;
  #target: PublishedCheckpoint | undefined;
  #covered: Covered | undefined;
  #isWorking = false;
  /** Of all checkpoints so far. */
  #largestSize = 0;
  #rebuilds = 0;
  #closed = false;

  constructor(options: CompletenessOptions) {
    this.#options = options;
    this.#index = new SubjectIndex(options.reader, options.path, options.tagKey);
    this.#signer = new IndexSigner(options);
    this.#questions = new Questions(options.schedule);
    this.#opening = this.#index.open();
    this.#wake(0);
  }

  checkStart(published: string | undefined): void {
    const size = this.#options.reader.size();
    const indexed = this.#index.sizeOnDisk() ?? 0;
    if (indexed > size) throw rolledBack(`\`${indexed}\` entries were indexed`, size);
    const stated = published === undefined ? 0 : this.#signer.sizeOf(published);
    if (stated > size) throw rolledBack(`an index of \`${stated}\` entries was published`, size);
  }

  advance(checkpoint: string): void {
    const newest = readPublished(checkpoint);
    // Tidings may overtake one another.
    if (newest.size < this.#largestSize) return;
    this.#largestSize = newest.size;
    this.#newest = newest;
    this.#wake(0);
  }

  answer(question: AnswerQuestion): Promise<AnswerOutcome> {
    const answering = this.#questions.ask(question, this.#options.reader.size());
    this.#wake(0);
    return answering;
  }

  indexCheckpoint(): Promise<string | undefined> {
    return Promise.resolve(this.#covered?.index);
  }

  status(): CompletenessStatus {
    return { size: this.#covered?.size ?? 0, subjects: this.#index.subjects, rebuilds: this.#rebuilds };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#questions.close();
    try {
      if (this.#opening === undefined && this.#target === undefined) this.#index.save();
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#index.close();
  }

  #wake(delayMs: number): void {
    if (this.#isWorking || this.#closed) return;
    this.#isWorking = true;
    this.#options.schedule(delayMs, () => {
      this.#isWorking = false;
      if (!this.#closed) this.#work();
    });
  }

  /** One bounded step; the thread is another's between two of them. */
  #work(): void {
    const startedMs = this.#options.nowMs();
    try {
      const hasMore = this.#step();
      const restMs = this.#questions.waiting > 0 ? 0 : REST_FACTOR * (this.#options.nowMs() - startedMs);
      if (hasMore) this.#wake(Math.ceil(restMs));
    } catch (error) {
      this.#options.onFailure(error);
      if (meansDamage(error)) this.#rebuild();
      // What failed before the index was open is begun anew.
      else if (this.#opening !== undefined) this.#opening = this.#index.open();
      this.#wake(RETRY_MS);
    }
  }

  /** False when there is nothing to do. */
  #step(): boolean {
    if (this.#opening !== undefined) {
      if (this.#opening.next().done === true) this.#opening = undefined;
      return true;
    }
    if (this.#rebuilds > REBUILDS_MAX) return false;
    if (this.#target === undefined) {
      if (this.#answerOne()) return true;
      if (this.#newest === undefined) return false;
      [this.#target, this.#newest] = [this.#newest, undefined];
    }
    if (this.#index.size > this.#target.size) {
      throw new CompletenessError('Corrupt', 'the index is further than the log');
    }
    this.#index.take(Math.min(STEP_ENTRIES, this.#target.size - this.#index.size));
    // The map is brought up to date when there is nothing more to take, and when what was taken has to be saved.
    if (this.#index.size < this.#target.size && !this.#index.isFull) return true;
    if (this.#index.settle() && this.#index.size === this.#target.size) this.#cover(this.#target);
    return true;
  }

  #cover(checkpoint: PublishedCheckpoint): void {
    const { size, root: logRoot, note } = checkpoint;
    if (Buffer.compare(this.#index.logRoot(), logRoot) !== 0) {
      throw new CompletenessError('Corrupt', 'the index is of another log');
    }
    const index = this.#signer.sign(checkpoint, this.#index.map.root());
    const statement = parseCheckpoint(parseNote(index).text).root;
    this.#covered = { size, logRoot, checkpoint: note, index, statement };
    this.#target = undefined;
    this.#options.publish(index);
  }

  /** Answers a question that what is covered is enough for, if there is one. */
  #answerOne(): boolean {
    const covered = this.#covered;
    if (covered === undefined) return false;
    return this.#questions.next(covered.size, (question) => {
      const answer = proveAnswer(this.#index, this.#options.reader, question, covered);
      const problem = contentProblem(answer, covered, nodeCrypto);
      // What is damaged on disk shows here: nothing that does not verify is given out.
      if (problem !== undefined) {
        throw new CompletenessError('Corrupt', `an answer does not hold: ${problem}`);
      }
      return formatAnswer(answer);
    });
  }

  #rebuild(): void {
    this.#rebuilds += 1;
    this.#newest ??= this.#target ?? (this.#covered && readPublished(this.#covered.checkpoint));
    this.#target = undefined;
    this.#covered = undefined;
    this.#opening = this.#index.recreate();
    if (this.#rebuilds > REBUILDS_MAX) this.#questions.close();
  }
}
