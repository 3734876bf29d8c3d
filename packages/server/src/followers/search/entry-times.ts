import { SearchError } from './errors.ts';
import { TAIL_ENTRIES } from './tail.ts';

/** Bytes of the longest number: twice the distance of any two times that are read. */
const NUMBER_BYTES_MAX = 8;

/**
 * The times of {@link TAIL_ENTRIES} entries as bytes: of each its distance from the one before, as a LEB128 number which
 * is twice as large, and one more where the time is earlier; all one higher, since 0 stands for an entry without a time.
 * Entries come in nearly the order of their times, so this is a byte or two of each.
 *
 * @param times milliseconds since the epoch, whole; `NaN` for an entry without a time.
 */
export function encodeTimes(times: Float64Array): Uint8Array {
  const bytes = new Uint8Array(TAIL_ENTRIES * NUMBER_BYTES_MAX);
  let length = 0;
  let last = 0;
  for (const timeMs of times) {
    const distance = timeMs - last;
    let rest = Number.isNaN(timeMs) ? 0 : 1 + (distance < 0 ? -2 * distance - 1 : 2 * distance);
    if (!Number.isNaN(timeMs)) last = timeMs;
    while (rest > 0x7f) {
      bytes[length] = (rest % 0x80) + 0x80;
      length += 1;
      rest = Math.floor(rest / 0x80);
    }
    bytes[length] = rest;
    length += 1;
  }
  return bytes.slice(0, length);
}

/** The other way. @throws SearchError `Corrupt` when these are not the times of so many entries. */
export function decodeTimes(bytes: Uint8Array): Float64Array {
  const times = new Float64Array(TAIL_ENTRIES);
  let offset = 0;
  let last = 0;
  for (let position = 0; position < TAIL_ENTRIES; position += 1) {
    // Most are of one byte.
    let byte = bytes[offset] ?? 0;
    let value = byte & 0x7f;
    for (let scale = 0x80; byte > 0x7f; scale *= 0x80) {
      offset += 1;
      byte = bytes[offset] ?? 0;
      value += (byte & 0x7f) * scale;
    }
    offset += 1;
    if (value === 0) {
      times[position] = NaN;
      continue;
    }
    const half = Math.floor(value / 2);
    // `value` is one more than twice the distance, or than that less one.
    last += 2 * half === value ? -half : half;
    times[position] = last;
  }
  if (offset !== bytes.length) {
    throw new SearchError('Corrupt', 'the times of the index do not end where they should');
  }
  return times;
}
