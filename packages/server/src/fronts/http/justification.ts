const UNITS_MAX = 512;
/** No UTF-16 unit takes more than three bytes of UTF-8; what is cut off by trimming is allowed as much again. */
const BYTES_MAX = 2 * 3 * UNITS_MAX;
/** Neither control nor format characters, which could make a reason read like another, nor line separators. */
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/**
 * The reason in a header's value, which Node hands out with a character for each byte: UTF-8, trimmed. `undefined` for
 * what is not printable text of at most 512 UTF-16 units: such a reason counts as none.
 */
export function justificationFrom(value: string): string | undefined {
  if (value.length > BYTES_MAX) return undefined;
  const text = utf8From(Buffer.from(value, 'latin1'))?.trim();
  if (text === undefined || text.length > UNITS_MAX) return undefined;
  return PRINTABLE.test(text) ? text : undefined;
}

function utf8From(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
