/** A document after somebody had it, and what was done to it. */
export interface ChangedDocument {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** At so many places of a document, at most, each kind of change is made. */
const PLACES_MAX = 1500;
const NEWLINE = 10;

/**
 * What can be done to a document that is one file: every byte flipped, taken away, repeated, and the last that is left;
 * every line taken away, repeated, emptied and exchanged with the next; and all of it or its beginning replaced by another
 * document of its kind. Of a long document, bytes all over it.
 */
export function* changesOf(
  bytes: Uint8Array,
  siblings: Readonly<Record<string, Uint8Array>>,
): Generator<ChangedDocument> {
  const step = Math.max(1, Math.ceil(bytes.length / PLACES_MAX));
  for (let at = 0; at < bytes.length; at += step) {
    const [before, byte, after] = [bytes.subarray(0, at), bytes.subarray(at, at + 1), bytes.subarray(at + 1)];
    yield { what: `byte ${at} was flipped`, bytes: join(before, flipped(byte, at % 8), after) };
    yield { what: `byte ${at} was taken away`, bytes: join(before, after) };
    yield { what: `byte ${at} is there twice`, bytes: join(before, byte, byte, after) };
    yield { what: `it ends before byte ${at}`, bytes: before };
    yield { what: `it begins with byte ${at + 1}`, bytes: after };
  }
  yield { what: 'it goes on', bytes: join(bytes, Uint8Array.of(NEWLINE)) };
  yield { what: 'it is there twice', bytes: join(bytes, bytes) };
  yield* changedLines(linesOf(bytes));
  for (const [name, sibling] of Object.entries(siblings)) yield* replaced(bytes, name, sibling);
}

function* changedLines(lines: readonly Uint8Array[]): Generator<ChangedDocument> {
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1];
    yield { what: `line ${at} was taken away`, bytes: join(...lines.toSpliced(at, 1)) };
    yield { what: `line ${at} is there twice`, bytes: join(...lines.toSpliced(at, 0, line)) };
    yield { what: `line ${at} was emptied`, bytes: join(...lines.with(at, Uint8Array.of(NEWLINE))) };
    if (next === undefined) continue;
    yield {
      what: `lines ${at} and ${at + 1} were exchanged`,
      bytes: join(...lines.with(at, next).with(at + 1, line)),
    };
  }
}

function* replaced(bytes: Uint8Array, name: string, sibling: Uint8Array): Generator<ChangedDocument> {
  yield { what: `it was replaced by ${name}`, bytes: sibling };
  const [own, other] = [linesOf(bytes), linesOf(sibling)];
  for (let at = 1; at < Math.min(own.length, other.length); at += 1) {
    yield {
      what: `before line ${at} it is that of ${name}`,
      bytes: join(...other.slice(0, at), ...own.slice(at)),
    };
    yield {
      what: `from line ${at} on it is that of ${name}`,
      bytes: join(...own.slice(0, at), ...other.slice(at)),
    };
    const line = other[at];
    if (line === undefined) continue;
    yield { what: `line ${at} is that of ${name}`, bytes: join(...own.with(at, line)) };
  }
}

function flipped(byte: Uint8Array, bit: number): Uint8Array {
  return byte.map((value) => value ^ (1 << bit));
}

/** Each with what ends it. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
