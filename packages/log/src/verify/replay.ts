import { hashEntries, type LogHasher } from '../crypto/index.ts';
import { encodeHex, equalBytes, firstDifference } from '../encoding/index.ts';
import { emptyRoot, hashBytes } from '../merkle/index.ts';
import { type LogFetch, scanEntries, TileStack, tileWidth, tileWidthMax } from '../tiles/index.ts';
import { blameEntry, blameTile, malformedBundle } from './blame.ts';
import { readAhead, readStored, type Stored } from './read-stored.ts';
import type { LogProblem } from './report.ts';

/** A tree to derive again from its entries. */
export interface ReplayOptions {
  readonly size: number;
  readonly root: Uint8Array;
  readonly fetch: LogFetch;
  readonly hasher: LogHasher;
  /** The sizes at which the root is wanted as well. */
  readonly rootsAt: readonly number[];
  readonly onProgress: (entries: number) => void;
}

/** What the replay has found. */
export interface Replayed {
  readonly entriesVerified: number;
  /** The roots at the sizes that were asked for, as far as the replay got there. */
  readonly earlierRoots: ReadonlyMap<number, Uint8Array>;
  readonly problem: LogProblem | undefined;
}

/** Derives every tile from the entries and compares it with the stored one, up to the first that differs. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { size, root, fetch } = options;
  const run = new Replay(options);
  const bundles = Math.ceil(size / tileWidthMax);
  for await (const { n, bundle, tile } of readAhead(fetch, bundles, size)) {
    const problem = await run.takeBundle(n, bundle, tile);
    if (problem !== undefined) return run.outcome(problem);
    options.onProgress(run.entries);
  }
  const derived = run.root();
  if (equalBytes(derived, root)) return run.outcome(undefined);
  return run.outcome({
    code: 'root-mismatch',
    file: 'checkpoint',
    message: `the entries and tiles lead to the root \`${encodeHex(derived)}\`, the checkpoint has \`${encodeHex(root)}\``,
  });
}

interface AppendedNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #stack: TileStack;
  readonly #appended: AppendedNode[] = [];
  /** The stored tile that is being compared, by level. */
  readonly #stored = new Map<number, Stored>();
  readonly #earlierRoots = new Map<number, Uint8Array>();
  #entries = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#stack = new TileStack(options.hasher, (level, n, tile) => {
      this.#appended.push({ level: level + 1, index: n, hash: tile.fullRoot().slice() });
    });
    if (options.rootsAt.includes(0)) this.#earlierRoots.set(0, emptyRoot(options.hasher));
  }

  get entries(): number {
    return this.#entries;
  }

  root(): Uint8Array {
    return this.#stack.root();
  }

  outcome(problem: LogProblem | undefined): Replayed {
    return { entriesVerified: this.#entries, earlierRoots: this.#earlierRoots, problem };
  }

  async takeBundle(n: number, bundle: Stored, stored: Stored): Promise<LogProblem | undefined> {
    const { size, hasher, rootsAt } = this.#options;
    if (bundle.kind === 'unusable') return bundle.problem;
    if (stored.kind === 'unusable') return stored.problem;
    const first = n * tileWidthMax;
    const width = tileWidth(0, n, size);
    const { count, starts, ends, complete } = scanEntries(bundle.bytes);
    const hashes = this.#stack.tile(0).hashes;
    const usable = Math.min(count, width);
    hashEntries(hasher, bundle.bytes, starts, ends, usable, hashes, 0);
    const derived = hashes.subarray(0, width * hashBytes);
    const place = { n, first, starts, ends };
    if (count !== width || !complete) {
      return malformedBundle(
        bundle,
        place,
        usable,
        firstDifference(derived.subarray(0, usable * hashBytes), stored.bytes),
      );
    }
    const difference = firstDifference(derived, stored.bytes);
    if (difference !== -1) {
      const sides = { stored: stored.bytes, derived: derived.slice() };
      return blameEntry(this.#options, bundle, stored, place, Math.floor(difference / hashBytes), sides);
    }
    this.#stack.load(width);
    for (const at of rootsAt) {
      if (at > first && at <= first + width) this.#earlierRoots.set(at, this.#stack.root(at - first));
    }
    this.#stack.carry();
    this.#entries = first + width;
    return this.#compareAppended();
  }

  /** Each full tile has put its root into the level above: compare it there at once. */
  async #compareAppended(): Promise<LogProblem | undefined> {
    for (const { level, index, hash } of this.#appended.splice(0)) {
      const position = index % tileWidthMax;
      const stored = await this.#storedTile(level, index, position === 0);
      if (stored.kind === 'unusable') return stored.problem;
      const offset = position * hashBytes;
      if (!equalBytes(stored.bytes.subarray(offset, offset + hashBytes), hash)) {
        return blameTile(this.#options, stored, level, index, hash);
      }
    }
    return undefined;
  }

  async #storedTile(level: number, index: number, isFirst: boolean): Promise<Stored> {
    const known = isFirst ? undefined : this.#stored.get(level);
    if (known !== undefined) return known;
    const { fetch, size } = this.#options;
    const stored = await readStored(fetch, level, Math.floor(index / tileWidthMax), size);
    this.#stored.set(level, stored);
    return stored;
  }
}
