import type { LedgerReader } from '../../core/audit/index.ts';
import { sha256Hex } from '../../core/crypto/index.ts';
import type { IndexView } from './answer.ts';
import { Dictionary } from './dictionary.ts';
import { type EventFacts, readFacts } from './facts.ts';
import { deleteIndexFile, IndexFile, meansDamage } from './index-file.ts';
import { dueForMerge, mergeRuns } from './merge.ts';
import { Segments } from './segments.ts';
import { Tail } from './tail.ts';
import { FIRST_VALUE_TERM, termsOf, uuidTimeMs } from './terms.ts';

/** Entries indexed in one piece of work. */
const BATCH_ENTRIES = 512;
const noTerms: readonly number[] = [];

/**
 * Follows the log: the newest entries in memory, 4,096 at a time written as a run, 16 runs at a time merged into one.
 * Its cursor is the end of the last run; what follows it is read from the log again after a start.
 */
export class Indexer {
  readonly #reader: LedgerReader;
  readonly #path: string;
  readonly #valuesMax: number | undefined;
  /** Opened when it is needed, and again after that has failed. */
  #file: IndexFile | undefined;
  #tail = new Tail(0);
  #segments = new Segments();
  #dictionary: Dictionary;
  /** When things were last used in the tail, by name. */
  readonly #uses = new Map<string, number>();
  #merge: Generator<void> | undefined;
  /** Of the last entry of a full tail. */
  #lastEntrySha256 = '';
  #unreadable = 0;
  #rebuilds = 0;

  /** `valuesMax`: see {@link Dictionary}. */
  constructor(reader: LedgerReader, path: string, valuesMax: number | undefined) {
    this.#reader = reader;
    this.#path = path;
    this.#valuesMax = valuesMax;
    this.#dictionary = this.#newDictionary();
  }

  /** Entries indexed. */
  get size(): number {
    return this.#tail.end;
  }

  get unreadable(): number {
    return this.#unreadable;
  }

  get rebuilds(): number {
    return this.#rebuilds;
  }

  /** The index over its first `size` entries. */
  view(size: number): IndexView {
    const file = this.#opened();
    return {
      file,
      runs: file.runs,
      tail: this.#tail,
      segments: this.#segments,
      dictionary: this.#dictionary,
      reader: this.#reader,
      size,
    };
  }

  /** Whether the index was not thrown away since `view` was taken. */
  isCurrent(view: IndexView): boolean {
    return view.file === this.#file;
  }

  /** When something was last used in the entries that are indexed. */
  lastUse(name: string): number | undefined {
    return this.#uses.get(name) ?? this.#opened().lastUse(name);
  }

  /** Indexes some more entries, up to `end`. A damaged file is replaced, and the index starts over. */
  index(end: number): void {
    this.#repairing(() => {
      this.#opened();
      this.#flushIfFull();
      const count = Math.min(BATCH_ENTRIES, end - this.size);
      if (count > 0) this.#take(this.#reader.read(this.size, count).entries);
    });
  }

  /**
   * Does a piece of what there is to do; false when there is nothing. Merges come first: they are few, and what is
   * not merged makes every question dearer. Runs that are merged are dropped when nobody reads them.
   */
  work(mayDrop: boolean): boolean {
    let worked = true;
    this.#repairing(() => {
      if (mayDrop && this.#opened().dropDead()) return;
      if (this.#mergeSome()) return;
      const end = this.#reader.size();
      worked = this.size < end;
      if (worked) this.index(end);
    });
    return worked;
  }

  /** Throws the index away and starts over. */
  rebuild(): void {
    this.#rebuilds += 1;
    this.#merge = undefined;
    this.#tail = new Tail(0);
    this.#uses.clear();
    this.#file?.close();
    this.#file = undefined;
    deleteIndexFile(this.#path);
  }

  close(): void {
    this.#merge = undefined;
    this.#file?.close();
    this.#file = undefined;
  }

  #opened(): IndexFile {
    this.#file ??= this.#open();
    return this.#file;
  }

  #open(): IndexFile {
    let file: IndexFile | undefined;
    try {
      file = new IndexFile(this.#path);
      if (this.#load(file)) return file;
    } catch (error) {
      if (!meansDamage(error)) {
        file?.close();
        throw error;
      }
    }
    this.#rebuilds += 1;
    file?.close();
    deleteIndexFile(this.#path);
    const fresh = new IndexFile(this.#path);
    this.#load(fresh);
    return fresh;
  }

  /** Takes up where the file is; false when it is not an index of this log. */
  #load(file: IndexFile): boolean {
    const progress = file.progress();
    if (!this.#isOurs(progress.size, progress.lastEntrySha256)) return false;
    this.#merge = undefined;
    this.#segments = new Segments();
    for (const { first, ranges } of file.segments()) this.#segments.restore(first, ranges);
    this.#dictionary = this.#newDictionary();
    this.#dictionary.restore(file.values());
    this.#uses.clear();
    this.#tail = new Tail(progress.size);
    this.#unreadable = progress.unreadable;
    return true;
  }

  #newDictionary(): Dictionary {
    return new Dictionary(FIRST_VALUE_TERM, this.#valuesMax);
  }

  #isOurs(size: number, lastEntrySha256: string): boolean {
    if (size === 0) return true;
    if (size > this.#reader.size()) return false;
    const [last] = this.#reader.read(size - 1, 1).entries;
    return last !== undefined && sha256Hex(last) === lastEntrySha256;
  }

  #repairing(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!meansDamage(error)) throw error;
      this.rebuild();
    }
  }

  #take(entries: readonly Uint8Array[]): void {
    for (const entry of entries) {
      this.#flushIfFull();
      const facts = readFacts(entry);
      this.#segments.add(this.size, facts?.timeMs, uuidTimeMs(facts?.id));
      if (facts === undefined) this.#unreadable += 1;
      else this.#noteUses(facts);
      const terms = facts === undefined ? noTerms : termsOf(facts, this.#dictionary);
      this.#tail.add(terms, facts?.timeMs);
      if (this.#tail.isFull) this.#lastEntrySha256 = sha256Hex(entry);
    }
  }

  #noteUses({ timeMs, uses }: EventFacts): void {
    if (timeMs === undefined) return;
    for (const name of uses()) this.#uses.set(name, timeMs);
  }

  /** When the write fails, the tail stays as it is and is written at the next try. */
  #flushIfFull(): void {
    if (!this.#tail.isFull) return;
    const { first, end } = this.#tail;
    this.#opened().append({
      first,
      pages: this.#tail.pages(),
      segments: this.#segments.encode(first, end),
      uses: this.#uses,
      times: this.#tail.times,
      values: this.#dictionary.fresh,
      progress: {
        size: end,
        lastEntrySha256: this.#lastEntrySha256,
        unreadable: this.#unreadable,
        values: this.#dictionary.size,
      },
    });
    this.#dictionary.forgetFresh();
    this.#uses.clear();
    this.#tail = new Tail(end);
  }

  #mergeSome(): boolean {
    if (this.#merge === undefined) {
      const file = this.#opened();
      const due = dueForMerge(file.runs);
      if (due === undefined) return false;
      this.#merge = mergeRuns(file, due);
    }
    try {
      if (this.#merge.next().done === true) this.#merge = undefined;
    } catch (error) {
      // What it wrote so far is dead after the next start; it is begun anew.
      this.#merge = undefined;
      throw error;
    }
    return true;
  }
}
