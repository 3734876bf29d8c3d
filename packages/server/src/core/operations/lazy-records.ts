import { PackedTexts } from './packed-texts.ts';

/** Records that are kept ready for use. Keys in use are few, keys that exist are many. */
const READY_MAX = 10_000;

/**
 * Records by name, kept as the texts that they are stored as, and read when they are asked for. A record is the same
 * object for as long as it is in use and does not change.
 */
export class LazyRecords<Value> {
  readonly #read: (text: string) => Value;
  readonly #texts = new PackedTexts();
  readonly #ready = new Map<string, Value>();

  constructor(read: (text: string) => Value) {
    this.#read = read;
  }

  get(name: string): Value | undefined {
    const known = this.#ready.get(name);
    if (known !== undefined) return known;
    const text = this.#texts.get(name);
    if (text === undefined) return undefined;
    const value = this.#read(text);
    if (this.#ready.size >= READY_MAX) this.#ready.clear();
    this.#ready.set(name, value);
    return value;
  }

  /** A record as it is stored: it is not kept ready for use, so that whoever looks through all displaces none. */
  text(name: string): string | undefined {
    return this.#texts.get(name);
  }

  /** Takes a record's new text, or `null` when it is gone. */
  set(name: string, text: string | null): void {
    this.#ready.delete(name);
    if (text === null) this.#texts.delete(name);
    else this.#texts.set(name, text);
  }
}
