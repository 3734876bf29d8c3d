import type { Encoding } from './modifiers.ts';

/** The texts that a value stands for after it was encoded; `undefined` when the encodings leave no text. */
export function encodeValue(value: string, encodings: readonly Encoding[]): readonly string[] | undefined {
  let bytes: Uint8Array = new TextEncoder().encode(value);
  let texts: readonly string[] | undefined;
  for (const encoding of encodings) {
    if (texts !== undefined) return undefined;
    switch (encoding) {
      case 'base64':
        texts = [toBase64(bytes)];
        break;
      case 'base64offset':
        texts = base64Offsets(bytes);
        break;
      case 'utf16le':
        bytes = toUtf16(value, true, false);
        break;
      case 'utf16be':
        bytes = toUtf16(value, false, false);
        break;
      case 'utf16':
        bytes = toUtf16(value, true, true);
        break;
    }
  }
  return texts;
}

function toUtf16(value: string, isLittle: boolean, hasMark: boolean): Uint8Array {
  const units = hasMark ? `\ufeff${value}` : value;
  const bytes = new DataView(new ArrayBuffer(units.length * 2));
  for (let index = 0; index < units.length; index += 1) {
    bytes.setUint16(index * 2, units.charCodeAt(index), isLittle);
  }
  return new Uint8Array(bytes.buffer);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** What base64 makes of the bytes wherever they begin, without the characters that depend on their neighbours. */
function base64Offsets(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor((padded.length * 8) / 6);
    return toBase64(padded).slice(first, whole);
  });
}
