import {
  decodeEntries,
  fetchTile,
  inclusionProof,
  leafHash,
  LogError,
  type LogFetch,
  openCheckpoint,
  tileHashReader,
  tilePath,
  tileWidthMax,
  type TrustedKeys,
  verifyInclusion,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { LedgerReader } from '../../core/audit/index.ts';
import type { Schedule } from '../../core/operations/index.ts';

/** What verifying the published log over and over is made of. */
export interface VerifyingOptions {
  /** The files of the log, as they lie on the disk. */
  readonly fetch: LogFetch;
  readonly trusted: TrustedKeys;
  /** What the log was made of. */
  readonly reader: LedgerReader;
  readonly schedule: Schedule;
  /** Told which file does not agree with the rest, and how; again only after it did. */
  readonly onProblem: (file: string, problem: string) => void;
}

/** The verification at work. */
export interface Verifying {
  /** Files of entries looked at so far. */
  readonly bundles: number;
  stop(): void;
}

/** A log of ten million events is gone through in half a day. */
const STEP_MS = 1000;
const HASH_BYTES = 32;

/**
 * Goes round the published log for ever, 256 entries at a time: are they those of the ledger, are their hashes in the tile,
 * and does the signed checkpoint vouch for the tile? What is altered is found by ourselves and not by an auditor years later.
 */
export function createVerifying(options: VerifyingOptions): Verifying {
  return new Round(options);
}

class Round implements Verifying {
  readonly #options: VerifyingOptions;
  /** What was told and has not been right since. */
  readonly #told = new Set<string>();
  #next = 0;
  #isStopped = false;
  bundles = 0;

  constructor(options: VerifyingOptions) {
    this.#options = options;
    this.#look();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #look(): void {
    if (this.#isStopped) return;
    this.#stepOn().catch((error: unknown) => this.#tell('checkpoint', String(error)));
  }

  async #stepOn(): Promise<void> {
    try {
      await this.#step();
    } finally {
      this.#options.schedule(STEP_MS, () => this.#look());
    }
  }

  async #step(): Promise<void> {
    const { fetch, trusted } = this.#options;
    const note = await fetch('checkpoint').catch(() => null);
    // Nothing has been published yet.
    if (note === null && this.bundles === 0) return;
    const opened = note === null ? undefined : openCheckpoint(note, trusted, nodeCrypto);
    if (opened?.ok !== true) {
      this.#tell('checkpoint', opened?.reasons.join('; ') ?? 'it is gone or cannot be read');
      return;
    }
    this.#settle('checkpoint');
    const { root, size } = opened.checkpoint;
    const full = Math.floor(size / tileWidthMax);
    if (full === 0) return;
    const n = this.#next % full;
    this.#next = n + 1;
    const file = tilePath('entries', n);
    const problem = await this.#problem(n, { root, size });
    this.bundles += 1;
    if (problem === undefined) this.#settle(file);
    else this.#tell(file, problem);
  }

  /** What is wrong with a full bundle of entries, its tile, or the tiles above it. */
  async #problem(
    n: number,
    { root, size }: { readonly root: Uint8Array; readonly size: number },
  ): Promise<string | undefined> {
    const { fetch, reader } = this.#options;
    try {
      const bundle = await fetchTile(fetch, 'entries', n, tileWidthMax);
      const tile = await fetchTile(fetch, 0, n, tileWidthMax);
      if (bundle === null || tile === null) return 'it, or its tile of hashes, is gone';
      const published = decodeEntries(bundle.bytes);
      const first = n * tileWidthMax;
      const entries = reader.read(first, tileWidthMax).entries;
      for (let at = 0; at < tileWidthMax; at += 1) {
        const entry = entries[at];
        const same = published[at];
        if (entry === undefined || same === undefined || Buffer.compare(entry, same) !== 0) {
          return `entry ${first + at} is not that of the ledger`;
        }
        const hash = tile.bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
        if (Buffer.compare(leafHash(entry, nodeCrypto), hash) !== 0) {
          return `the hash of entry ${first + at} in the tile is not that of the entry`;
        }
      }
      const read = tileHashReader({ size, fetch, hasher: nodeCrypto });
      const proof = await inclusionProof(first, size, read, nodeCrypto);
      const leaf = tile.bytes.subarray(0, HASH_BYTES);
      const verdict = verifyInclusion({ index: first, size, leafHash: leaf, proof, root }, nodeCrypto);
      return verdict.ok ? undefined : `the signed checkpoint does not vouch for it: ${verdict.reason}`;
    } catch (error) {
      // Whatever cannot be read cannot be verified, which is what is to be told.
      if (error instanceof LogError) return error.message;
      return 'it cannot be read';
    }
  }

  #tell(file: string, problem: string): void {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    this.#options.onProblem(file, problem);
  }

  #settle(file: string): void {
    this.#told.delete(file);
  }
}
