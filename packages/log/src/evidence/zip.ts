import { decodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';

/** Sizes of the records of the format (APPNOTE 6.3.10, 4.3) without the texts in them. */
const endBytes = 22;
const centralBytes = 46;
const localBytes = 30;
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 } as const;
/** Names in UTF-8 (bit 11), and how hard deflate has tried (bits 1 and 2). */
const flagsKnown = 0x0806;
const methods = { stored: 0, deflated: 8 } as const;

/** Nearly as many as an archive without ZIP64 can list. Each event has a part of its own. */
const partsMax = 65_000;
/** All parts together. */
const contentBytesMax = 512 * 1024 * 1024;
const partName = /^(?!.*(?:^|\/)\.)[\w.-]+(?:\/[\w.-]+)*$/;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its record lies. */
  readonly offset: number;
}

/**
 * Reads the files in a ZIP archive as far as evidence uses the format (`spec/evidence.md`), and nothing that two
 * readers could take for two different archives: records follow each other without a gap, and say the same twice.
 *
 * @throws LogError `malformed-evidence`
 */
export async function readZip(archive: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const parts = new Map<string, Uint8Array>();
  let expected = 0;
  const entries = readDirectory(archive);
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > contentBytesMax) {
    throw malformed('it is too large');
  }
  for (const entry of entries.values()) {
    if (entry.offset !== expected) throw malformed('there is something between its files');
    const start = dataOf(archive, entry);
    expected = start + entry.packedBytes;
    const packed = archive.subarray(start, expected);
    if (parts.has(entry.name)) throw malformed(`it holds \`${entry.name}\` twice`);
    parts.set(entry.name, await unpack(packed, entry));
  }
  if (expected !== directoryOf(archive).start) throw malformed('there is something behind its files');
  return parts;
}

/** The end of the archive says where its directory lies; a comment there could hold a second end. */
function directoryOf(archive: Uint8Array): {
  readonly start: number;
  readonly end: number;
  readonly count: number;
} {
  const end = archive.length - endBytes;
  if (end < 0) throw malformed('it is too short');
  const view = viewOf(archive, end, endBytes);
  const count = view.getUint16(10, true);
  const start = view.getUint32(16, true);
  const isWhole =
    view.getUint32(0, true) === signatures.end &&
    view.getUint32(4, true) === 0 &&
    view.getUint16(8, true) === count &&
    start + view.getUint32(12, true) === end &&
    view.getUint16(20, true) === 0;
  if (!isWhole) throw malformed('its end is not one');
  if (count > partsMax) throw malformed('it holds too many files');
  return { start, end, count };
}

function readDirectory(archive: Uint8Array): readonly Entry[] {
  const { start, end, count } = directoryOf(archive);
  const entries: Entry[] = [];
  let at = start;
  while (entries.length < count) {
    const view = viewOf(archive, at, centralBytes);
    const nameBytes = view.getUint16(28, true);
    const isPlain =
      view.getUint32(0, true) === signatures.central &&
      (view.getUint16(8, true) & ~flagsKnown) === 0 &&
      view.getUint32(30, true) === 0 &&
      view.getUint16(34, true) === 0;
    if (!isPlain) throw malformed('its directory is not a plain one');
    entries.push({
      name: nameAt(archive, at + centralBytes, nameBytes),
      method: view.getUint16(10, true),
      packedBytes: view.getUint32(20, true),
      bytes: view.getUint32(24, true),
      offset: view.getUint32(42, true),
    });
    at += centralBytes + nameBytes;
  }
  if (at !== end) throw malformed('its directory has another size');
  return entries;
}

/** Where the data of a file starts. What stands before it must be what the directory says. */
function dataOf(archive: Uint8Array, { name, method, packedBytes, bytes, offset }: Entry): number {
  const view = viewOf(archive, offset, localBytes);
  const nameBytes = view.getUint16(26, true);
  const isSame =
    view.getUint32(0, true) === signatures.local &&
    (view.getUint16(6, true) & ~flagsKnown) === 0 &&
    view.getUint16(8, true) === method &&
    view.getUint32(18, true) === packedBytes &&
    view.getUint32(22, true) === bytes &&
    view.getUint16(28, true) === 0 &&
    nameAt(archive, offset + localBytes, nameBytes) === name;
  if (!isSame) throw malformed(`it says two things about \`${name}\``);
  return offset + localBytes + nameBytes;
}

async function unpack(packed: Uint8Array, { name, method, packedBytes, bytes }: Entry): Promise<Uint8Array> {
  if (packed.length !== packedBytes) throw malformed(`\`${name}\` is cut off`);
  if (method === methods.stored && packedBytes === bytes) return packed;
  if (method !== methods.deflated) throw malformed(`\`${name}\` is packed in an unknown way`);
  const content = new Uint8Array(bytes);
  let length = 0;
  try {
    // Not every browser can go through a stream with `for await`.
    const reader = inflated(packed).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (length + piece.value.length > bytes) {
        await reader.cancel();
        throw malformed(`\`${name}\` is longer than it says`);
      }
      content.set(piece.value, length);
      length += piece.value.length;
    }
  } catch (error) {
    if (error instanceof LogError) throw error;
    throw new LogError('malformed-evidence', `could not read the archive: \`${name}\` is damaged`, {
      cause: error,
    });
  }
  if (length !== bytes) throw malformed(`\`${name}\` is shorter than it says`);
  return content;
}

function inflated(packed: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
}

function nameAt(archive: Uint8Array, start: number, length: number): string {
  const name = decodeUtf8(archive.subarray(start, start + length)) ?? '';
  if (!partName.test(name)) throw malformed('a file in it has no plain name');
  return name;
}

function viewOf(archive: Uint8Array, offset: number, length: number): DataView {
  if (offset + length > archive.length) throw malformed('it is cut off');
  return new DataView(archive.buffer, archive.byteOffset + offset, length);
}

function malformed(why: string): LogError {
  return new LogError('malformed-evidence', `could not read the archive: ${why}`);
}
