import { type LogFetch, type LogFile, type TileLevel, tilePath, tileWidthMax } from '@keywitness/log';
import type { ObjectStore, PutOptions, StorePlace } from '../object-store/index.ts';
import type { MirrorTarget, NoteName } from './mirror-target.ts';

/** Objects on their way at once. */
const writesMax = 8;

const tile = { contentType: 'application/octet-stream' } as const;
const fullTile = { ...tile, cacheControl: 'public, max-age=31536000, immutable' } as const;
const partialTile = { ...tile, cacheControl: 'public, max-age=60' } as const;
const noteObject = { contentType: 'text/plain; charset=utf-8', cacheControl: 'no-cache' } as const;

/**
 * A bucket. An object appears whole, and is durable when the store says so. Full files are written on condition that
 * there is none, and compared when there is one; notes on condition that they are those that were seen last, so that two
 * mirrors on one place do not undo each other. With a store that knows no conditions they could.
 */
export class ObjectTarget implements MirrorTarget {
  readonly name: string;
  readonly #store: ObjectStore;
  readonly #prefix: string;
  /** The entity tags of the notes as they were read or written last; `undefined` for one that is not there. */
  readonly #seen = new Map<string, string | undefined>();

  constructor(name: string, { store, prefix }: StorePlace) {
    this.name = name;
    this.#store = store;
    this.#prefix = prefix;
  }

  readonly fetch: LogFetch = async (path) => {
    const object = await this.#store.get(this.#prefix + path);
    if (isNoteName(path)) this.#seen.set(path, object?.etag);
    return object?.bytes ?? null;
  };

  /** The bucket is made by whoever decides who may read it. */
  async prepare(): Promise<void> {
    for (const name of noteNames) await this.fetch(name);
  }

  async write(files: readonly LogFile[]): Promise<void> {
    const waiting = [...files];
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await this.#writeOne(file);
    };
    const outcomes = await Promise.allSettled(Array.from({ length: writesMax }, worker));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async replace(name: NoteName, note: Uint8Array): Promise<void> {
    if (!this.#seen.has(name)) await this.fetch(name);
    const condition = conditionOf(this.#seen.get(name));
    // Whatever comes of it, what is there then is looked at before it is replaced again.
    this.#seen.delete(name);
    const outcome = await this.#store.put(this.#prefix + name, note, { ...noteObject, ...condition });
    if (outcome.kind === 'unmet') {
      throw new Error(`\`${this.name}/${name}\` is not the one that was there: another mirror writes to it`);
    }
    if (outcome.etag !== undefined) this.#seen.set(name, outcome.etag);
  }

  async removePartials(level: TileLevel, n: number, kept: readonly string[]): Promise<void> {
    const keys = await this.#store.list(`${this.#prefix}${tilePath(level, n)}.p/`);
    for (const key of keys) {
      if (!kept.includes(key.slice(this.#prefix.length))) await this.#store.delete(key);
    }
  }

  async remove(path: string): Promise<void> {
    await this.#store.delete(this.#prefix + path);
  }

  async #writeOne({ path, width, bytes }: LogFile): Promise<void> {
    const key = this.#prefix + path;
    if (width < tileWidthMax) {
      await this.#store.put(key, bytes, partialTile);
      return;
    }
    const outcome = await this.#store.put(key, bytes, { ...fullTile, condition: { kind: 'absent' } });
    if (outcome.kind === 'written') return;
    const existing = await this.#store.get(key);
    if (existing !== undefined && Buffer.compare(existing.bytes, bytes) === 0) return;
    await this.#store.put(key, bytes, fullTile);
  }
}

const noteNames: readonly NoteName[] = ['checkpoint', 'index'];

function isNoteName(path: string): path is NoteName {
  return noteNames.some((name) => name === path);
}

/** Entity tags are opaque, and a weak one is good for no condition. */
function conditionOf(etag: string | undefined): Pick<PutOptions, 'condition'> {
  if (etag === undefined) return { condition: { kind: 'absent' } };
  return etag.startsWith('W/') ? {} : { condition: { kind: 'same', etag } };
}
