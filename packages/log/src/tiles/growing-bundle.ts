import { writeEntry } from './entries.ts';
import { tileWidthMax } from './path.ts';

const initialBytes = 65_536;
const lengthBytes = 2;

/** The entry bundle that is being filled (tlog-tiles, "Log Entries"). It can be cut at each of its entries. */
export class GrowingBundle {
  #bytes: Uint8Array;
  readonly #ends: Uint32Array;
  #width: number;

  constructor() {
    this.#bytes = new Uint8Array(initialBytes);
    this.#ends = new Uint32Array(tileWidthMax);
    this.#width = 0;
  }

  /** How many entries it has, 0 to 256. */
  get width(): number {
    return this.#width;
  }

  /** Takes one more entry. INVARIANT: the bundle is not full. */
  append(entry: Uint8Array): void {
    const start = this.#end(this.#width);
    this.#reserve(start + lengthBytes + entry.length);
    this.#ends[this.#width] = writeEntry(this.#bytes, start, entry);
    this.#width += 1;
  }

  /** The bundle of the first `width` entries, a copy. */
  bytes(width: number): Uint8Array {
    return this.#bytes.slice(0, this.#end(width));
  }

  /** Empties the bundle. */
  clear(): void {
    this.#width = 0;
  }

  #end(width: number): number {
    return width === 0 ? 0 : (this.#ends[width - 1] ?? 0);
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
