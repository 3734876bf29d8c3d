import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSelfTests, systemEntropy } from '../core/crypto/index.ts';
import { openSqliteStore } from '../stores/sqlite/index.ts';
import { type NewAdministrator, ensureAdministrator } from './administrator.ts';
import { readConsoleSettings } from './console-settings.ts';
import { greeting } from './greeting.ts';
import {
  type DataDirectory,
  dataDirectory,
  type Installation,
  openInstallation,
  readSeal,
  refuseLostStore,
} from './installation.ts';
import { listenAddress, type ListenAddress } from './listen.ts';
import { readOutboundSettings } from './outbound-settings.ts';
import type { Settings } from './settings/index.ts';
import { startThreads, type Threads } from './start-threads.ts';
import { readWitnessSettings } from './witness-policy.ts';

/** A running server. */
export interface RunningServer {
  /** Resolves with the reason when the server cannot go on. */
  readonly failed: Promise<Error>;
  /** Finishes what has begun, then stops every thread, in the reverse order of their start. */
  stop(): Promise<void>;
}

/**
 * Starts everything: installation, store thread, follower thread, front threads, in this order, and prints how to
 * reach it.
 *
 * @throws SettingsError, SealError, StoreError, PublisherError: the service refuses to start on anything doubtful.
 */
export async function runServer(settings: Settings, print: (line: string) => void): Promise<RunningServer> {
  runSelfTests();
  const directory = dataDirectory(settings.text('data-dir'));
  const address = await listenAddress(settings, directory);
  const witnesses = readWitnessSettings(settings);
  const outbound = readOutboundSettings(settings);
  const console = readConsoleSettings(settings, address.tls !== undefined);
  const { installation, administrator } = await prepare(settings, directory);
  const threads = startThreads({ settings, directory, installation, address, witnesses, outbound, console });
  const started = await Promise.race([startServing(threads, address), threads.failed]);
  if (started instanceof Error) throw started;
  const { port, verifierKeys } = started;
  writeFileSync(directory.verifierKeys, verifierKeys);
  const failure = await Promise.race([threads.response.call('started', verifierKeys), threads.failed]);
  if (failure instanceof Error) throw failure;
  for (const line of greeting({ address, port, installation, administrator, directory })) print(line);
  return {
    failed: threads.failed,
    async stop(): Promise<void> {
      await threads.response.call('stop', null);
      await Promise.all(threads.fronts.map((front) => front.call('stop', null)));
      await threads.analysis.stop();
      await threads.follower.call('stop', null);
      await Promise.all(threads.workers.map((worker) => worker.terminate()));
    },
  };
}

/** Nothing is served before the log is known to be whole; the first front chooses the port when it is 0. */
async function startServing(
  { follower, fronts }: Threads,
  address: ListenAddress,
): Promise<{ readonly port: number; readonly verifierKeys: string }> {
  const verifierKeys = String(await follower.call('ready', null));
  await Promise.all(fronts.map((front) => front.call('ready', null)));
  let { port } = address;
  for (const front of fronts) port = Number(await front.call('listen', port));
  return { port, verifierKeys };
}

/** Opens the store alone, before any thread does, to make or open the installation and its administrator. */
async function prepare(
  settings: Settings,
  directory: DataDirectory,
): Promise<{ readonly installation: Installation; readonly administrator: NewAdministrator | undefined }> {
  const entropy = systemEntropy();
  const sealPath = settings.optionalText('seal-file') ?? join(directory.root, 'seal.key');
  const seal = readSeal(sealPath, !existsSync(directory.store), entropy);
  const store = openSqliteStore({ path: directory.store });
  try {
    refuseLostStore(store, directory);
    const installation = openInstallation(store, seal, settings, entropy);
    const wanted = store.size() === 0 || settings.flag('new-admin-credential');
    const administrator = wanted ? await ensureAdministrator(store, installation, entropy) : undefined;
    return { installation, administrator };
  } finally {
    store.close();
  }
}
