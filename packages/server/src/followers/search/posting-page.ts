import { SearchError } from './errors.ts';
import { TERM_LIMIT } from './terms.ts';

/**
 * A part of a run: records in the order of their terms, each with the ascending positions of its term. The pages of a
 * run follow one another without gaps from term 0 to {@link TERM_LIMIT}: so a page that is missing is missed.
 */
export interface PostingPage {
  /** Every record of these terms is in this page: from the first one to before the second. */
  readonly from: number;
  readonly until: number;
  readonly bytes: Uint8Array;
}

/** Where a page holds the positions of a term. */
export interface PostingRecord {
  readonly term: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Whether the positions are the bits that are set, and not numbers. */
  readonly isBitmap: boolean;
  /** Where the positions begin, and where they end. */
  readonly start: number;
  readonly end: number;
}

/** A page is closed at this size. A longer record has a page of its own. */
const PAGE_BYTES = 8192;
const TERM_BYTES = 5;
const VARINT_BYTES_MAX = 5;

/**
 * Writes the pages of a run. A record is the term (5 bytes, big-endian), and as LEB128 numbers the count of its
 * positions and twice the length of what follows, then the positions as LEB128 numbers, each as the distance from the
 * one before. Where it is shorter, a bit for every position up to the last one follows instead, and the doubled length
 * is one more: a term that most entries have costs a bit an entry, not a byte.
 */
export class PostingWriter {
  readonly #emit: (page: PostingPage) => void;
  #bytes: Uint8Array = new Uint8Array(2 * PAGE_BYTES);
  #length = 0;
  #from = 0;

  constructor(emit: (page: PostingPage) => void) {
    this.#emit = emit;
  }

  /** Terms come in ascending order, each once; so do the positions, the first `count` of `positions`. */
  add(term: number, positions: Uint32Array, count: number): void {
    const room = TERM_BYTES + (count + 2) * VARINT_BYTES_MAX;
    if (this.#length > 0 && this.#length + Math.min(room, count + TERM_BYTES) > PAGE_BYTES) this.#close(term);
    this.#reserve(room);
    this.#putTerm(term);
    this.#putVarint(count);
    this.#putPositions(positions, count);
  }

  /** Hands over the last page. */
  finish(): void {
    this.#close(TERM_LIMIT);
  }

  #close(until: number): void {
    this.#emit({ from: this.#from, until, bytes: this.#bytes.slice(0, this.#length) });
    this.#from = until;
    this.#length = 0;
  }

  #putTerm(term: number): void {
    this.#bytes[this.#length] = Math.floor(term / 2 ** 32);
    for (let byte = 1; byte < TERM_BYTES; byte += 1) {
      this.#bytes[this.#length + byte] = (term >>> (8 * (TERM_BYTES - 1 - byte))) & 0xff;
    }
    this.#length += TERM_BYTES;
  }

  #putPositions(positions: Uint32Array, count: number): void {
    let length = 0;
    for (let index = 0, last = 0; index < count; index += 1) {
      const position = positions[index] ?? 0;
      length += varintLength(position - last);
      last = position;
    }
    const bitmapLength = bitmapBytes(positions[count - 1] ?? 0);
    if (bitmapLength < length) {
      this.#putVarint(2 * bitmapLength + 1);
      this.#putBitmap(positions, count, bitmapLength);
      return;
    }
    this.#putVarint(2 * length);
    for (let index = 0, last = 0; index < count; index += 1) {
      const position = positions[index] ?? 0;
      this.#putVarint(position - last);
      last = position;
    }
  }

  #putBitmap(positions: Uint32Array, count: number, length: number): void {
    const bits = this.#bytes.subarray(this.#length, this.#length + length).fill(0);
    for (let index = 0; index < count; index += 1) {
      const position = positions[index] ?? 0;
      bits[position >>> 3] = (bits[position >>> 3] ?? 0) | (1 << (position & 7));
    }
    this.#length += length;
  }

  #putVarint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length] = (rest & 0x7f) | 0x80;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  #reserve(room: number): void {
    if (this.#length + room <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + room));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** The records of a page, in order. @throws SearchError `Corrupt` when the page is cut short. */
export function* recordsOf(bytes: Uint8Array): Generator<PostingRecord> {
  for (let offset = 0; offset < bytes.length;) {
    const record = recordAt(bytes, offset);
    yield record;
    offset = record.end;
  }
}

/** The record of `term` in a page, if it has one. @throws SearchError `Corrupt` when the page is cut short. */
export function findRecord(bytes: Uint8Array, term: number): PostingRecord | undefined {
  for (let offset = 0; offset < bytes.length;) {
    const record = recordAt(bytes, offset);
    if (record.term === term) return record;
    if (record.term > term) return undefined;
    offset = record.end;
  }
  return undefined;
}

/** Writes the positions of `record`, moved by `shift`, into `into` from `at` on. Returns where they end. */
export function decodePositions(record: PostingRecord, into: Uint32Array, at: number, shift: number): number {
  if (record.isBitmap) return decodeBitmap(record, into, at, shift);
  const { bytes, count } = record;
  let offset = record.start;
  let position = shift;
  for (let index = at; index < at + count; index += 1) {
    let byte = bytes[offset] ?? 0;
    let gap = byte & 0x7f;
    for (let bits = 7; byte > 0x7f; bits += 7) {
      offset += 1;
      byte = bytes[offset] ?? 0;
      gap |= (byte & 0x7f) << bits;
    }
    offset += 1;
    position += gap;
    into[index] = position;
  }
  if (offset !== record.end) throw new SearchError('Corrupt', 'a posting list does not end where it should');
  return at + count;
}

function decodeBitmap(
  { bytes, count, start, end }: PostingRecord,
  into: Uint32Array,
  at: number,
  shift: number,
): number {
  let index = at;
  for (let offset = start; offset < end; offset += 1) {
    const first = shift + 8 * (offset - start);
    for (let bits = bytes[offset] ?? 0; bits !== 0; bits &= bits - 1) {
      into[index] = first + 31 - Math.clz32(bits & -bits);
      index += 1;
    }
  }
  if (index !== at + count) {
    throw new SearchError('Corrupt', 'a posting list has not as many bits as it says');
  }
  return index;
}

/** Bytes of a bitmap of the positions up to `last`. */
function bitmapBytes(last: number): number {
  return (last >>> 3) + 1;
}

function recordAt(bytes: Uint8Array, offset: number): PostingRecord {
  let term = 0;
  for (let byte = 0; byte < TERM_BYTES; byte += 1) term = term * 256 + (bytes[offset + byte] ?? 0);
  const count = varintAt(bytes, offset + TERM_BYTES);
  const lengthAt = offset + TERM_BYTES + varintLength(count);
  const marked = varintAt(bytes, lengthAt);
  const isBitmap = marked % 2 === 1;
  const length = marked >>> 1;
  const start = lengthAt + varintLength(marked);
  const end = start + length;
  if (end > bytes.length || count > (isBitmap ? 8 * length : length)) {
    throw new SearchError('Corrupt', 'a page of postings is cut short');
  }
  return { term, count, bytes, isBitmap, start, end };
}

function varintAt(bytes: Uint8Array, offset: number): number {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = bytes[offset + index] ?? 0;
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) break;
  }
  return value >>> 0;
}

function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
