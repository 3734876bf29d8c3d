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
 * positions, the length of what follows, and the positions, each as the distance from the one before.
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
    this.#putVarint(length);
    for (let index = 0, last = 0; index < count; index += 1) {
      const position = positions[index] ?? 0;
      this.#putVarint(position - last);
      last = position;
    }
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

function recordAt(bytes: Uint8Array, offset: number): PostingRecord {
  let term = 0;
  for (let byte = 0; byte < TERM_BYTES; byte += 1) term = term * 256 + (bytes[offset + byte] ?? 0);
  const count = varintAt(bytes, offset + TERM_BYTES);
  const lengthAt = offset + TERM_BYTES + varintLength(count);
  const length = varintAt(bytes, lengthAt);
  const start = lengthAt + varintLength(length);
  const end = start + length;
  if (end > bytes.length || count > length) {
    throw new SearchError('Corrupt', 'a page of postings is cut short');
  }
  return { term, count, bytes, start, end };
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
