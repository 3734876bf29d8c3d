const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 of well-formed text; `undefined` when the text holds half of a surrogate pair, which UTF-8 cannot carry. */
export function encodeUtf8(text: string): Uint8Array | undefined {
  return text.isWellFormed() ? encoder.encode(text) : undefined;
}

/** The text of valid UTF-8, a byte order mark included; `undefined` for anything else. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    // A fatal decoder throws for bytes that are not UTF-8 and for nothing else; that is the answer here.
    return undefined;
  }
}
