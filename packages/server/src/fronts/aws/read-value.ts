import { cannotConvert, MalformedRequest } from './malformed.ts';

const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;

/**
 * An encryption context has at most this many bytes as JSON: the record carries it in clear, a ReEncrypt two of
 * them, and an event has at most 65,535 bytes (`spec/event.md`).
 */
export const CONTEXT_BYTES_MAX = 16_384;
/** The most bytes that JSON makes of one UTF-16 unit, and what it adds for each pair. */
const JSON_BYTES_PER_UNIT_MAX = 6;
const JSON_BYTES_PER_PAIR = 6;

/** An object of JSON, not a list. */
export function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A text. Lone surrogates have no UTF-8, so two different ones would become the same bytes: they are refused.
 *
 * @throws MalformedRequest for other types.
 */
export function readText(value: unknown): string {
  if (typeof value !== 'string') throw cannotConvert(value, 'a String');
  if (!value.isWellFormed()) throw new MalformedRequest('');
  return value;
}

/** @throws MalformedRequest for other types, fractions, and what a 32-bit integer cannot hold. */
export function readInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < INT32_MIN || value > INT32_MAX) {
    throw cannotConvert(value, 'an Integer');
  }
  return value;
}

/** From AWS's seconds to milliseconds since the epoch. @throws MalformedRequest for other types. */
export function readInstant(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw cannotConvert(value, 'a Timestamp');
  return Math.round(value * 1000);
}

/** @throws MalformedRequest for other types. */
export function readFlag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw cannotConvert(value, 'a Boolean');
  return value;
}

/**
 * Bytes from base64 (RFC 4648 section 4). Only the canonical text of the bytes is accepted: nothing is skipped, so
 * no two bodies mean the same bytes.
 *
 * @throws MalformedRequest for everything else.
 */
export function readBlob(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw cannotConvert(value, 'a Blob');
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) throw new MalformedRequest('');
  return bytes;
}

/**
 * A map of texts. The object that JSON made is kept as it is: its names, `__proto__` included, are its own.
 *
 * @throws MalformedRequest for other types.
 */
export function readTextMap(value: unknown): Readonly<Record<string, string>> {
  if (!isMembers(value)) throw cannotConvert(value, 'a Map');
  if (!isTextMap(value)) throw new MalformedRequest('');
  return value;
}

/** Whether a context is small enough for the record. */
export function fitsRecord(context: Readonly<Record<string, string>>): boolean {
  let bytesAtMost = 0;
  for (const [name, text] of Object.entries(context)) {
    bytesAtMost += (name.length + text.length) * JSON_BYTES_PER_UNIT_MAX + JSON_BYTES_PER_PAIR;
  }
  if (bytesAtMost <= CONTEXT_BYTES_MAX) return true;
  return Buffer.byteLength(JSON.stringify(context), 'utf8') <= CONTEXT_BYTES_MAX;
}

function isTextMap(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, string>> {
  for (const [name, text] of Object.entries(value)) {
    if (!name.isWellFormed() || typeof text !== 'string' || !text.isWellFormed()) return false;
  }
  return true;
}
