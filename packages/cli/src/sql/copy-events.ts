import type { ApiClient, EventListQuery } from '@keywitness/api';
import {
  CompactRange,
  decodeEntries,
  fetchTile,
  leafHash,
  LogError,
  type LogFetch,
  openCheckpoint,
  tileWidth,
  type TrustedKeys,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { readEvent } from '../event/index.ts';
import { Failure } from '../failure.ts';
import { startProgress } from '../terminal/index.ts';
import type { EventCopy } from './event-copy.ts';

const pageEvents = 1000;

/** Copies events out of the service: those that are on the record when it begins. Every page is an event itself. */
export async function copyFromService(
  client: ApiClient,
  filters: EventListQuery,
  copy: EventCopy,
): Promise<void> {
  const progress = startProgress('copying', 'entries');
  const query = { ...filters, order: 'oldest', limit: pageEvents } as const;
  try {
    let size: number | undefined;
    for (let cursor: string | undefined; ;) {
      const page = await client.listEventsPage(cursor === undefined ? query : { ...query, cursor });
      size ??= page.size;
      for (const { index, event } of page.events) if (index < size) copy.add(index, event);
      const last = page.events.at(-1)?.index ?? size;
      progress.update(Math.min(last + 1, size), size);
      if (page.next === undefined || last >= size) return;
      cursor = page.next;
    }
  } finally {
    progress.end();
  }
}

/** Copies all entries of a published log, and checks that they are those that its checkpoint signs. */
export async function copyFromLog(fetch: LogFetch, keys: TrustedKeys, copy: EventCopy): Promise<void> {
  try {
    await copyEntries(fetch, keys, copy);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not read the log: ${error.message}`, { cause: error });
  }
}

async function copyEntries(fetch: LogFetch, keys: TrustedKeys, copy: EventCopy): Promise<void> {
  const note = await fetch('checkpoint');
  if (note === null) throw new Failure('could-not', 'the log has no `checkpoint`');
  const opened = openCheckpoint(note, keys, nodeCrypto);
  if (!opened.ok) {
    throw new Failure('could-not', `the checkpoint does not hold: ${opened.reasons.join('; ')}`);
  }
  const { size, root } = opened.checkpoint;
  const tree = new CompactRange(nodeCrypto);
  const progress = startProgress('copying', 'entries');
  try {
    for (let n = 0; tree.size < size; n += 1) {
      const bundle = await fetchTile(fetch, 'entries', n, tileWidth('entries', n, size));
      const entries = bundle === null ? [] : decodeEntries(bundle.bytes);
      if (entries.length === 0) throw new Failure('could-not', `bundle \`${n}\` of the entries is missing`);
      for (const entry of entries.slice(0, size - tree.size)) {
        copy.add(tree.size, readEvent(entry));
        tree.append(leafHash(entry, nodeCrypto));
      }
      progress.update(tree.size, size);
    }
  } finally {
    progress.end();
  }
  if (Buffer.compare(tree.root(), root) === 0) return;
  throw new Failure(
    'could-not',
    'the entries are not those that the checkpoint signs; see `keywitness log verify`',
  );
}
