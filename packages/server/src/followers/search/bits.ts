import { decodePositions, type PostingRecord } from './posting-page.ts';

/** A set of positions in a run: a bit for each of them. Sets that meet are of the same length. */
export class Bits {
  readonly #bytes: Uint8Array;
  /** The same bytes, many at a time. What is done with them does not depend on the order of bytes in a word. */
  readonly #words: Uint32Array;

  /** The empty set of positions below `length`, a multiple of 32. */
  constructor(length: number) {
    this.#words = new Uint32Array(length / 32);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  /** Every position below `end`. */
  static below(end: number, length: number): Bits {
    const bits = new Bits(length);
    const whole = end >>> 3;
    bits.#bytes.fill(0xff, 0, whole);
    if (end % 8 !== 0) bits.#bytes[whole] = (1 << (end % 8)) - 1;
    return bits;
  }

  addPositions(positions: Uint32Array): void {
    for (const position of positions) {
      this.#bytes[position >>> 3] = (this.#bytes[position >>> 3] ?? 0) | (1 << (position & 7));
    }
  }

  addRecord(record: PostingRecord): void {
    if (!record.isBitmap) {
      const positions = new Uint32Array(record.count);
      decodePositions(record, positions, 0, 0);
      return this.addPositions(positions);
    }
    for (let offset = record.start; offset < record.end; offset += 1) {
      const at = offset - record.start;
      this.#bytes[at] = (this.#bytes[at] ?? 0) | (record.bytes[offset] ?? 0);
    }
  }

  /** Keeps what is in `other` as well. */
  keep(other: Bits): void {
    for (let at = 0; at < this.#words.length; at += 1) {
      this.#words[at] = (this.#words[at] ?? 0) & (other.#words[at] ?? 0);
    }
  }

  add(other: Bits): void {
    for (let at = 0; at < this.#words.length; at += 1) {
      this.#words[at] = (this.#words[at] ?? 0) | (other.#words[at] ?? 0);
    }
  }

  /** Drops what is in `other`. */
  drop(other: Bits): void {
    for (let at = 0; at < this.#words.length; at += 1) {
      this.#words[at] = (this.#words[at] ?? 0) & ~(other.#words[at] ?? 0);
    }
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  has(position: number): boolean {
    return ((this.#bytes[position >>> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }

  delete(position: number): void {
    this.#bytes[position >>> 3] = (this.#bytes[position >>> 3] ?? 0) & ~(1 << (position & 7));
  }

  /** How many positions from `first` to before `end`, both multiples of 32, are in this set and in `other`. */
  countWith(other: Bits, first: number, end: number): number {
    let count = 0;
    for (let at = first / 32; at < end / 32; at += 1) {
      count += ones((this.#words[at] ?? 0) & (other.#words[at] ?? 0));
    }
    return count;
  }

  /** The positions, in order. */
  *positions(): Generator<number> {
    for (let at = 0; at < this.#bytes.length; at += 1) {
      for (let bits = this.#bytes[at] ?? 0; bits !== 0; bits &= bits - 1) {
        yield 8 * at + 31 - Math.clz32(bits & -bits);
      }
    }
  }
}

/** The number of ones in a word. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
