import {
  CompactRange,
  entryFacts,
  leafHash,
  type Subject,
  subjectKey,
  SubjectMap,
  SubjectTree,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { LedgerReader } from '../../core/audit/index.ts';
import type { SecretKey } from '../../core/crypto/index.ts';
import { CompletenessError } from './errors.ts';
import { deleteIndexFile, IndexFile, type StoredSubject } from './index-file.ts';
import { Postings } from './postings.ts';

/** Entries that may be lost by a crash and are read from the log again. The more, the fewer subjects of each are written. */
const SAVE_ENTRIES = 8192;
/** Subjects written in one step. */
const SAVE_SUBJECTS = 512;
/** Subjects whose events are ready to be continued. */
const POSTINGS_MAX = 16_384;
/** Subjects whose numbers are remembered by their names: most events are about the same few. */
const NUMBERS_MAX = 16_384;
/** Subjects loaded in one step of opening. */
const LOAD_SUBJECTS = 2048;
/** Hashes computed in one step. */
const SETTLE_HASHES = 8192;

/**
 * The verifiable index over the first `size` entries of the log (`spec/completeness.md`): the map in memory, the
 * subjects' trees on disk. Everything that takes long is done in steps.
 */
export class SubjectIndex {
  readonly #reader: LedgerReader;
  readonly #path: string;
  readonly #tagKey: SecretKey;
  #file: IndexFile | undefined;
  #map = new SubjectMap(nodeCrypto);
  /** Subjects from this number on are not on disk yet. */
  #savedSubjects = 0;
  /** The least recently used first. */
  readonly #postings = new Map<number, Postings>();
  readonly #numbers = new Map<string, number>();
  /** Subjects whose heads in the map are old. */
  readonly #changed = new Set<Postings>();
  #log = new CompactRange(nodeCrypto);
  #savedSize = 0;
  /** A save under way. INVARIANT: nothing is taken until it has ended, because what was taken is full. */
  #saving: Generator<void> | undefined;

  constructor(reader: LedgerReader, path: string, tagKey: SecretKey) {
    this.#reader = reader;
    this.#path = path;
    this.#tagKey = tagKey;
  }

  /** Entries indexed. */
  get size(): number {
    return this.#log.size;
  }

  /** Nothing more is taken before what was taken is saved. */
  get isFull(): boolean {
    return this.size >= this.#savedSize + SAVE_ENTRIES;
  }

  get subjects(): number {
    return this.#map.size;
  }

  get map(): SubjectMap {
    return this.#map;
  }

  logRoot(): Uint8Array {
    return this.#log.root();
  }

  /**
   * Opens the file and takes up where it is, a step at each call of `next`. Whether it is of this log at all shows in
   * the log's root.
   *
   * @throws CompletenessError `Corrupt` when it is damaged, `Rollback` when it is further than the log.
   */
  *open(): Generator<void> {
    this.#reset();
    this.#file = new IndexFile(this.#path, this.#tagKey);
    const progress = this.#file.progress();
    if (progress === undefined) return;
    // Nothing is indexed that was not published, so this file is evidence, and is not thrown away.
    if (progress.size > this.#reader.size()) {
      throw rolledBack(`\`${progress.size}\` entries were indexed`, this.#reader.size());
    }
    yield* this.#load(this.#file.subjects());
    while (!this.#map.settle(SETTLE_HASHES)) yield;
    if (Buffer.compare(this.#map.root(), progress.mapRoot) !== 0) {
      throw new CompletenessError('Corrupt', 'the subjects of the index are not those that were written');
    }
    this.#log = new CompactRange(nodeCrypto, progress.size, progress.logRoots);
    this.#savedSize = progress.size;
    this.#savedSubjects = this.#map.size;
    this.#file.shrink();
  }

  /** Entries that the file says were indexed; `undefined` when it does not say: what is wrong with it, `open` says. */
  sizeOnDisk(): number | undefined {
    let file: IndexFile | undefined;
    try {
      file = new IndexFile(this.#path, this.#tagKey);
      return file.progress()?.size;
    } catch {
      return undefined;
    } finally {
      file?.close();
    }
  }

  /** Throws the file away and starts over, a step at each call of `next`. */
  *recreate(): Generator<void> {
    this.#reset();
    deleteIndexFile(this.#path);
    yield;
    this.#file = new IndexFile(this.#path, this.#tagKey);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Indexes the next entries, at most `count`; fewer when what is there has to be saved first. */
  take(count: number): void {
    const room = Math.min(count, this.#savedSize + SAVE_ENTRIES - this.size);
    if (room <= 0) return;
    for (const entry of this.#reader.read(this.size, room).entries) this.#append(entry);
  }

  /** Brings the map up to date, a bounded piece at a time, and then saves what is due; true when all is done. */
  settle(): boolean {
    for (const postings of this.#changed) this.#map.set(postings.id, postings.head());
    this.#changed.clear();
    if (!this.#map.settle(SETTLE_HASHES)) return false;
    if (!this.isFull) return true;
    this.#saving ??= this.#saveSteps();
    try {
      if (this.#saving.next().done !== true) return false;
    } catch (error) {
      this.#saving = undefined;
      throw error;
    }
    this.#saving = undefined;
    return true;
  }

  /** Writes everything, at once. INVARIANT: the map is settled, and no save is under way. */
  save(): void {
    const steps = this.#saveSteps();
    while (steps.next().done !== true);
  }

  /** Writes everything, a step at each call of `next`. A failure leaves all of it to be written at the next try. */
  *#saveSteps(): Generator<void> {
    const dirty = [...this.#postings.values()].filter(({ isDirty }) => isDirty);
    const changed = dirty.map((postings) => ({ key: this.#map.keyOf(postings.id), postings }));
    yield* this.#opened().save(changed, SAVE_SUBJECTS, {
      size: this.size,
      logRoots: this.#log.subtreeRoots,
      mapRoot: this.#map.root(),
    });
    for (const postings of dirty) postings.saved();
    this.#savedSize = this.size;
    this.#savedSubjects = this.#map.size;
    this.#shed();
  }

  /** The events of a subject, and the file where those are that are not in memory. `undefined` when it has none. */
  find(key: Uint8Array): { readonly postings: Postings; readonly file: IndexFile } | undefined {
    const id = this.#map.find(key);
    if (id === undefined) return undefined;
    const found = { postings: this.#postingsOf(id), file: this.#opened() };
    this.#shed();
    return found;
  }

  #append(entry: Uint8Array): void {
    const { subjects, timeMs } = entryFacts(entry);
    const hash = leafHash(entry, nodeCrypto);
    for (const subject of subjects) {
      const postings = this.#postingsOf(this.#numberOf(subject));
      postings.append({ index: this.size, timeMs, hash });
      this.#changed.add(postings);
    }
    this.#log.append(hash);
  }

  /** A subject's number, which it gets when it is new. */
  #numberOf(subject: Subject): number {
    const name = JSON.stringify([subject.type, subject.texts]);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const key = subjectKey(subject, nodeCrypto);
    const number = this.#map.find(key) ?? this.#map.add(key);
    if (this.#numbers.size >= NUMBERS_MAX) this.#numbers.clear();
    this.#numbers.set(name, number);
    return number;
  }

  #postingsOf(id: number): Postings {
    const known = this.#postings.get(id);
    // It is not forgotten before it is saved, so its turn can wait.
    if (known?.isDirty === true) return known;
    if (known !== undefined) this.#postings.delete(id);
    const postings = known ?? (id < this.#savedSubjects ? this.#readPostings(id) : new Postings(id));
    this.#postings.set(id, postings);
    return postings;
  }

  /** INVARIANT: what is continued is what the map has, although the file was written by others in the meantime. */
  #readPostings(id: number): Postings {
    const postings = this.#opened().postings(id);
    if (Buffer.compare(postings.head(), this.#map.headOf(id)) === 0) return postings;
    throw new CompletenessError('Corrupt', 'a subject is not the one that was loaded');
  }

  /** Forgets what was not used for long and is on disk. */
  #shed(): void {
    for (const [id, { isDirty }] of this.#postings) {
      if (isDirty || this.#postings.size <= POSTINGS_MAX) return;
      this.#postings.delete(id);
    }
  }

  #reset(): void {
    this.close();
    this.#map = new SubjectMap(nodeCrypto);
    this.#saving = undefined;
    this.#numbers.clear();
    this.#postings.clear();
    this.#changed.clear();
    this.#log = new CompactRange(nodeCrypto);
    this.#savedSize = 0;
    this.#savedSubjects = 0;
  }

  #opened(): IndexFile {
    if (this.#file === undefined) throw new CompletenessError('Corrupt', 'the index of subjects is not open');
    return this.#file;
  }

  *#load(subjects: Iterable<StoredSubject>): Generator<void> {
    let loaded = 0;
    for (const { key, state } of subjects) {
      if (this.#map.find(key) !== undefined) {
        throw new CompletenessError('Corrupt', 'a subject is there twice');
      }
      this.#map.set(this.#map.add(key), new SubjectTree(nodeCrypto, state).head());
      loaded += 1;
      if (loaded % LOAD_SUBJECTS === 0) yield;
    }
  }
}

/** Says what has happened and what to do. `what` was there, and the ledger has `size` entries. */
export function rolledBack(what: string, size: number): CompletenessError {
  return new CompletenessError(
    'Rollback',
    `${what}, and the ledger has \`${size}\`: the database is an older copy. Find the newer one, keep both and what lies ` +
      'beside them, and see "Rollback" in docs/operations.md',
  );
}
