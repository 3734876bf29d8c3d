import {
  decodeEntries,
  fetchTile,
  formatProof,
  inclusionProof,
  LogError,
  type LogFetch,
  parseCheckpoint,
  parseNote,
  tileHashReader,
  tilePath,
  tileWidth,
  tileWidthMax,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { memberText, readEvent } from '../event/index.ts';
import { Failure, reasonOf } from '../failure.ts';

interface FoundEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

/**
 * Proves an entry of a published log, named by its index or by the id of its event; finding an id means reading entries
 * from the first on. Believes what it reads: the checker of the proof does not.
 */
export async function proveFromLog(fetch: LogFetch, name: string): Promise<string> {
  try {
    return await prove(fetch, name);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('could-not', `could not prove \`${name}\` from this log: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function prove(fetch: LogFetch, name: string): Promise<string> {
  const newest = await fetch('checkpoint');
  if (newest === null) throw new LogError('missing-file', 'there is no `checkpoint`');
  const { index, entry } = await findEntry(fetch, name, sizeOf(newest));
  // Cosignatures are worth more to whoever checks the proof than the newest checkpoint.
  const witnessed = await fetch('witnessed/checkpoint');
  const note = witnessed !== null && index < sizeOf(witnessed) ? witnessed : newest;
  const size = sizeOf(note);
  const reader = tileHashReader({ size, fetch, hasher: nodeCrypto });
  const hashes = await inclusionProof(index, size, reader, nodeCrypto);
  return formatProof({ index, hashes, checkpoint: Buffer.from(note).toString('utf8'), extra: entry });
}

function sizeOf(note: Uint8Array): number {
  return parseCheckpoint(parseNote(note).text).size;
}

async function findEntry(fetch: LogFetch, name: string, size: number): Promise<FoundEntry> {
  if (/^[0-9]{1,16}$/.test(name)) {
    const index = Number(name);
    const entries = index < size ? await readBundle(fetch, Math.floor(index / tileWidthMax), size) : [];
    const entry = entries[index % tileWidthMax];
    if (entry !== undefined) return { index, entry };
    throw new Failure('could-not', `the log has \`${size}\` entries, so none at index \`${name}\``);
  }
  for (let n = 0; n * tileWidthMax < size; n += 1) {
    const entries = await readBundle(fetch, n, size);
    for (const [position, entry] of entries.entries()) {
      if (hasId(entry, name)) return { index: n * tileWidthMax + position, entry };
    }
  }
  throw new Failure('could-not', `the log holds no event with the id \`${name}\``);
}

async function readBundle(fetch: LogFetch, n: number, size: number): Promise<readonly Uint8Array[]> {
  const width = tileWidth('entries', n, size);
  const bundle = await fetchTile(fetch, 'entries', n, width);
  if (bundle === null) throw new LogError('missing-file', `there is no \`${tilePath('entries', n, width)}\``);
  return decodeEntries(bundle.bytes);
}

function hasId(entry: Uint8Array, id: string): boolean {
  return memberText(readEvent(entry), 'id') === id.toLowerCase();
}
