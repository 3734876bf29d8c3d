import { statSync } from 'node:fs';
import type { LogFetch, TrustedKeys } from '@keywitness/log';
import { directoryFetch } from '@keywitness/log/node';
import { connectLog, type ConnectionOptions } from '../connection/index.ts';
import { Failure, reasonOf } from '../failure.ts';
import { isStorePlace, openStore, type StoreOptions } from '../object-store/index.ts';
import { asksWitnesses } from '../trust/index.ts';

/** Reads a published log from a folder, over HTTP when its place is a URL, or from an object store (`s3://`). */
export async function openLog(place: string, options: ConnectionOptions & StoreOptions): Promise<LogFetch> {
  if (isStorePlace(place)) {
    const { store, prefix } = await openStore(place, options);
    return async (path) => (await store.get(prefix + path))?.bytes ?? null;
  }
  if (/^https?:\/\//i.test(place)) {
    if (!URL.canParse(place)) throw new Failure('usage', `\`${place}\` is not a URL`);
    return connectLog(place, options);
  }
  let isFolder: boolean;
  try {
    isFolder = statSync(place).isDirectory();
  } catch (error) {
    throw new Failure('could-not', `could not read \`${place}\`: ${reasonOf(error)}`, { cause: error });
  }
  if (!isFolder) throw new Failure('could-not', `\`${place}\` is not a folder with a published log`);
  return directoryFetch(place);
}

/**
 * Reads the checkpoint that suits the trusted keys (`spec/log.md`, "Witnessed checkpoint"): whoever asks for witnesses
 * gets the newest one that a quorum has cosigned, where the log has one, and else the newest of all.
 */
export function withSuitableCheckpoint(fetch: LogFetch, keys: TrustedKeys): LogFetch {
  if (!asksWitnesses(keys)) return fetch;
  return async (path) =>
    path === 'checkpoint' ? ((await fetch('witnessed/checkpoint')) ?? fetch('checkpoint')) : fetch(path);
}
