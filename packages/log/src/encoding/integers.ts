const decimal = /^(0|[1-9][0-9]*)$/;

/** The longest decimal that can be a size: 2^63 - 1, the limit of C2SP, has 19 digits. */
const decimalDigitsMax = 19;

/** Whether a number can be a tree size or an index here: a whole number from 0 to 2^53 - 1. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Reads a decimal without sign and leading zeros. `undefined` for anything else, and for what is above 2^53 - 1: the
 * formats allow up to 2^63 - 1, but no log of ours gets there, and a number that is silently rounded is worse.
 */
export function parseSize(text: string): number | undefined {
  if (text.length > decimalDigitsMax || !decimal.test(text)) return undefined;
  const value = BigInt(text);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** Eight bytes, the most significant first. `value` is a size. */
export function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Bit `position` of a size, 0 or 1. Bitwise operators would cut the size to 32 bits. */
export function bitAt(value: number, position: number): number {
  return Math.floor(value / 2 ** position) % 2;
}
