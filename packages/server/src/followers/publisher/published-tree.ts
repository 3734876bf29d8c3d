import {
  consistencyProof,
  decodeEntries,
  encodeEntries,
  fetchTile,
  formatProof,
  type HashReader,
  inclusionProof,
  type LogFetch,
  type LogFile,
  parseTilePath,
  tileHashReader,
  type TileLevel,
  type TileName,
  tileWidth,
  tileWidthMax,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { SignedCheckpoint } from './checkpoint-signer.ts';
import { type LogDirectory, WITNESSED } from './log-directory.ts';

const HASH_BYTES = 32;

/**
 * The log under one published checkpoint, as it is served: nothing that no checkpoint covers. Partial tiles of any
 * earlier size are cut from the growing ones, which are held, and from full ones (C2SP tlog-tiles, "Partial Tiles").
 */
export class PublishedTree {
  readonly checkpoint: SignedCheckpoint;
  readonly #directory: LogDirectory;
  readonly #growing: ReadonlyMap<TileLevel, LogFile>;
  readonly #witnessed: () => SignedCheckpoint | undefined;

  /** `witnessed` is the newest checkpoint with a quorum of cosignatures; this tree extends it. */
  constructor(
    checkpoint: SignedCheckpoint,
    partials: readonly LogFile[],
    directory: LogDirectory,
    witnessed: () => SignedCheckpoint | undefined,
  ) {
    this.checkpoint = checkpoint;
    this.#witnessed = witnessed;
    this.#directory = directory;
    this.#growing = new Map(partials.map((file) => [file.level, file]));
  }

  /** A static resource by its path. Only paths of tiles are looked for on disk. */
  async read(path: string): Promise<Uint8Array | undefined> {
    if (path === 'checkpoint') return new TextEncoder().encode(this.checkpoint.note);
    if (path === WITNESSED) {
      const note = this.#witnessed()?.note;
      return note === undefined ? undefined : new TextEncoder().encode(note);
    }
    const tile = parseTilePath(path);
    if (tile === undefined || !this.#covers(tile)) return undefined;
    const found = await fetchTile(this.#fetch, tile.level, tile.n, tile.width);
    // A copy: the bytes may lie in a larger buffer, which would travel to another thread with them.
    return found === null ? undefined : new Uint8Array(found.bytes);
  }

  /**
   * The C2SP tlog-proof of the entry at `index`, which the checkpoint covers; under the witnessed checkpoint when that
   * covers it as well, because its cosignatures are worth more than its age.
   */
  async proof(index: number): Promise<string> {
    const witnessed = this.#witnessed();
    const { size, note } = witnessed !== undefined && index < witnessed.size ? witnessed : this.checkpoint;
    const hashes = await inclusionProof(index, size, this.#reader(size), nodeCrypto);
    return formatProof({ index, hashes, checkpoint: note });
  }

  /** Proves that the tree of `size` begins with that of `oldSize`; this tree is not smaller. */
  consistency(oldSize: number, size: number): Promise<readonly Uint8Array[]> {
    return consistencyProof(oldSize, size, this.#reader(size), nodeCrypto);
  }

  #reader(size: number): HashReader {
    return tileHashReader({ size, fetch: this.#fetch, hasher: nodeCrypto });
  }

  #covers({ level, n, width }: TileName): boolean {
    return width <= tileWidth(level, n, this.checkpoint.size);
  }

  readonly #fetch: LogFetch = async (path) => {
    const tile = parseTilePath(path);
    if (tile === undefined) return null;
    if (tile.width === tileWidthMax) return (await this.#directory.read(path)) ?? null;
    const growing = this.#growing.get(tile.level);
    return growing?.n === tile.n ? cut(growing, tile.width) : null;
  };
}

function cut({ level, width, bytes }: LogFile, widthWanted: number): Uint8Array {
  if (widthWanted === width) return bytes;
  return level === 'entries'
    ? encodeEntries(decodeEntries(bytes).slice(0, widthWanted))
    : bytes.subarray(0, widthWanted * HASH_BYTES);
}
