import type { LogCrypto, LogHasher } from '../crypto/index.ts';
import { equalBytes } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { CompactRange, leafHash } from '../merkle/index.ts';
import {
  type CheckpointVerdict,
  openCheckpoint,
  type TrustedKeys,
  type VerifiedSignature,
} from '../note/index.ts';
import { decodeEntries, fetchTile, type LogFetch, tileWidth } from '../tiles/index.ts';
import { indexOrigin, indexStatement } from './statement.ts';
import { SubjectMap } from './subject-map.ts';
import { SubjectTree, type SubjectTreeState } from './subject-tree.ts';
import { entryFacts, subjectKey } from './subjects.ts';

/** What a replay knows of a subject. */
export interface ReplayedSubject {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly state: SubjectTreeState;
}

/** Where a replay can go on: all that it knew after so many entries. */
export interface ReplayState {
  /** Entries. */
  readonly size: number;
  /** Of the log's tree, the largest subtree first (`CompactRange`). */
  readonly logRoots: readonly Uint8Array[];
  /** Each once, in any order. */
  readonly subjects: Iterable<ReplayedSubject>;
}

/**
 * The index over a log, computed from its entries alone: what a mirror does before it cosigns an index checkpoint. The
 * right edge of every subject's tree is held in memory.
 */
export class IndexReplay {
  readonly #hasher: LogHasher;
  readonly #map: SubjectMap;
  readonly #trees: SubjectTree[] = [];
  /** Subjects whose head the map does not have yet, and those that nobody has taken to keep. */
  readonly #changed = new Set<number>();
  readonly #untaken = new Set<number>();
  readonly #log: CompactRange;

  /** Begins empty, or where another was. Believes the state: `statement` tells whether it is the right one. */
  constructor(hasher: LogHasher, state?: ReplayState) {
    this.#hasher = hasher;
    this.#map = new SubjectMap(hasher);
    this.#log = new CompactRange(hasher, state?.size, state?.logRoots);
    for (const subject of state?.subjects ?? []) {
      const leaf = this.#map.add(subject.key);
      this.#trees[leaf] = new SubjectTree(hasher, subject.state);
      this.#changed.add(leaf);
    }
  }

  /** Entries replayed. */
  get size(): number {
    return this.#log.size;
  }

  /** Subjects found. */
  get subjects(): number {
    return this.#map.size;
  }

  /** Of the log's tree, the largest subtree first. */
  get logRoots(): readonly Uint8Array[] {
    return this.#log.subtreeRoots;
  }

  append(entry: Uint8Array): void {
    const { subjects, timeMs } = entryFacts(entry);
    const hash = leafHash(entry, this.#hasher);
    for (const subject of subjects) {
      const key = subjectKey(subject, this.#hasher);
      const leaf = this.#map.find(key) ?? this.#map.add(key);
      this.#trees[leaf] ??= new SubjectTree(this.#hasher);
      this.#trees[leaf].append({ index: this.size, timeMs, hash });
      this.#changed.add(leaf);
      this.#untaken.add(leaf);
    }
    this.#log.append(hash);
  }

  /** The root of the log's tree. */
  logRoot(): Uint8Array {
    return this.#log.root();
  }

  /** The root of the map. */
  mapRoot(): Uint8Array {
    for (const leaf of this.#changed) {
      const tree = this.#trees[leaf];
      if (tree !== undefined) this.#map.set(leaf, tree.head());
    }
    this.#changed.clear();
    return this.#map.root();
  }

  /** What the index checkpoint of this size has to say. */
  statement(): Uint8Array {
    const roots = { size: this.size, logRoot: this.logRoot(), mapRoot: this.mapRoot() };
    return indexStatement(roots, this.#hasher);
  }

  /**
   * The subjects of the entries appended since the last call: with what was taken before, all of `ReplayState`. Good
   * until the next `append`.
   */
  takeChanged(): readonly ReplayedSubject[] {
    const taken = [...this.#untaken].flatMap((leaf) => {
      const tree = this.#trees[leaf];
      return tree === undefined ? [] : [{ key: this.#map.keyOf(leaf), state: tree.state }];
    });
    this.#untaken.clear();
    return taken;
  }
}

/** Opens an index checkpoint. The trusted witnesses are those of the index, not those of the log. */
export function openIndexCheckpoint(
  note: string | Uint8Array,
  trusted: TrustedKeys,
  crypto: LogCrypto,
): CheckpointVerdict {
  return openCheckpoint(note, { ...trusted, origin: indexOrigin(trusted.origin) }, crypto);
}

/** Which index is verified and against what. */
export interface VerifyIndexOptions {
  /** The published log, with the file `index`. */
  readonly fetch: LogFetch;
  readonly keys: TrustedKeys;
  readonly crypto: LogCrypto;
  /** Called once for each bundle, with the entries so far and all of them. */
  readonly onProgress?: (entries: number, size: number) => void;
}

/** What was found of an index. */
export type IndexVerdict =
  | {
      readonly ok: true;
      readonly size: number;
      readonly subjects: number;
      readonly note: Uint8Array;
      readonly signatures: readonly VerifiedSignature[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

const indexFile = 'index';

/**
 * Replays the entries of a published log and compares what they lead to with the signed index checkpoint. Believes
 * nothing but the trusted keys. Throws what `fetch` throws, and `malformed-key` for keys that cannot be used.
 */
export async function verifyIndex(options: VerifyIndexOptions): Promise<IndexVerdict> {
  const note = await options.fetch(indexFile);
  if (note === null) return { ok: false, reasons: [`there is no \`${indexFile}\``] };
  const opened = openIndexCheckpoint(note, options.keys, options.crypto);
  if (!opened.ok) return opened;
  const { size, root } = opened.checkpoint;
  const replay = new IndexReplay(options.crypto);
  for (let n = 0; replay.size < size; n += 1) {
    const problem = await replayBundle(options.fetch, n, size, replay);
    if (problem !== undefined) return { ok: false, reasons: [problem] };
    options.onProgress?.(replay.size, size);
  }
  const { signatures } = opened;
  if (equalBytes(replay.statement(), root)) {
    return { ok: true, size, subjects: replay.subjects, note, signatures };
  }
  return {
    ok: false,
    reasons: [`the first \`${size}\` entries do not lead to what the index checkpoint states`],
  };
}

async function replayBundle(
  fetch: LogFetch,
  n: number,
  size: number,
  replay: IndexReplay,
): Promise<string | undefined> {
  const width = tileWidth('entries', n, size);
  try {
    const bundle = await fetchTile(fetch, 'entries', n, width);
    if (bundle === null) return `bundle \`${n}\` of the entries is missing`;
    const entries = decodeEntries(bundle.bytes);
    if (entries.length !== width) {
      return `bundle \`${n}\` has \`${entries.length}\` entries, not \`${width}\``;
    }
    for (const entry of entries) replay.append(entry);
    return undefined;
  } catch (error) {
    if (error instanceof LogError) return error.message;
    throw error;
  }
}
