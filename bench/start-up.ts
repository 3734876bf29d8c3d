import { hash } from 'node:crypto';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogSigningKey, systemEntropy } from '../packages/server/src/core/crypto/index.ts';
import { createCompleteness, indexTagKey } from '../packages/server/src/followers/completeness/index.ts';
import { createSearch } from '../packages/server/src/followers/search/index.ts';
import { openSqliteReader, openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts';
import { type Installation, openInstallation, readSeal } from '../packages/server/src/main/installation.ts';
import { readSettings } from '../packages/server/src/main/settings/index.ts';
import { startServer } from '../test/running-server.ts';
import { fill } from './question.ts';

const KEYS_PER_COMMIT = 1000;
const IDLE_MS = 5000;
const CREATED_MS = Date.UTC(2026, 0, 1);

/** A restart with many events and keys, until requests are served; and the memory that it then has. */
export interface StartUpFigures {
  readonly events: number;
  readonly keys: number;
  readonly seconds: number;
  readonly residentMb: number;
}

/** Fills a data directory, lets a server publish all of it, stops it, and times a start after all is indexed. */
export async function measureStartUp(events: number, keys: number): Promise<StartUpFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  try {
    await (await startServer(directory)).stop();
    fillStore(directory, events, keys);
    {
      await using first = await startServer(directory);
      await published(first, events);
    }
    await indexed(directory);
    const startedAt = performance.now();
    await using second = await startServer(directory);
    const seconds = (performance.now() - startedAt) / 1000;
    return { events, keys, seconds, residentMb: await residentMb(second.process.pid) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function fillStore(directory: string, events: number, keys: number): void {
  const store = openSqliteStore({ path: join(directory, 'keywitness.db') });
  try {
    const from = store.size();
    for (let first = 0; first < keys; first += KEYS_PER_COMMIT) {
      const writes = Array.from({ length: KEYS_PER_COMMIT }, (_, position) => sampleKey(first + position));
      store.commit([{ judgedAt: Number.MAX_SAFE_INTEGER, reads: [], writes, entry: Buffer.from('{}') }]);
    }
    fill((items) => store.commit(items), from, from + events);
  } finally {
    store.close();
  }
}

/**
 * A key as it is stored. Its material is opened when it is first used, so for an idle one any text will do that is as long,
 * and as different from those of other keys.
 */
function sampleKey(index: number): { readonly subject: string; readonly record: string } {
  const bytes = hash('sha512', String(index), 'buffer');
  const id = uuidOf(bytes);
  const account = '111122223333';
  const record = {
    id,
    arn: `arn:aws:kms:us-east-1:${account}:key/${id}`,
    account,
    createdAtMs: CREATED_MS + index,
    description: '',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    enabled: true,
    policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${account}:root"},"Action":"kms:*","Resource":"*"}]}`,
    tags: [],
    materials: [
      {
        id: bytes.toString('hex', 0, 32),
        sealed: Buffer.concat([bytes, bytes.subarray(0, 26)]).toString('base64'),
        createdAtMs: CREATED_MS + index,
      },
    ],
  };
  return { subject: `key:${id}`, record: JSON.stringify(record) };
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

async function published({ port }: { readonly port: number }, events: number): Promise<void> {
  for (let count = 0; count < events;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    count = Number(/^keywitness_log_published_entries ([0-9]+)/m.exec(text)?.[1] ?? 0);
  }
}

/** Finishes both indexes as the server would, but without the rests that it takes for the sake of others. */
async function indexed(directory: string): Promise<void> {
  const reader = openSqliteReader({ path: join(directory, 'keywitness.db') });
  const common = {
    reader,
    nowMs: () => 0,
    schedule: (delayMs: number, task: () => void) =>
      void (delayMs < 100 ? setImmediate(task) : setTimeout(task, delayMs).unref()),
    onFailure: (error: unknown) => {
      throw error;
    },
  };
  const search = createSearch({ ...common, path: join(directory, 'search.db') });
  const { origin, logSeedEd25519, logSeedMlDsa44 } = installationOf(directory);
  const completeness = createCompleteness({
    ...common,
    path: join(directory, 'completeness.db'),
    origin,
    ed25519: openLogSigningKey('ed25519', logSeedEd25519),
    mlDsa44: openLogSigningKey('ml-dsa-44', logSeedMlDsa44),
    // The server takes up no index that others have written.
    tagKey: indexTagKey(logSeedEd25519),
    timeMs: () => Date.now(),
    publish: () => undefined,
  });
  try {
    const checkpoint = await readFile(join(directory, 'log', 'checkpoint'), 'utf8');
    completeness.advance(checkpoint);
    const size = Number(checkpoint.split('\n')[1]);
    while (completeness.status().size < size || search.status().size < size) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    completeness.close();
    search.close();
    reader.close();
  }
}

function installationOf(directory: string): Installation {
  const entropy = systemEntropy();
  const store = openSqliteStore({ path: join(directory, 'keywitness.db') });
  try {
    const seal = readSeal(join(directory, 'seal.key'), false, entropy);
    return openInstallation(store, seal, readSettings(['--data-dir', directory], {}), entropy);
  } finally {
    store.close();
  }
}

async function residentMb(pid = 0): Promise<number> {
  // The threads give back what they needed for the start within seconds.
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+([0-9]+)/m.exec(status)?.[1] ?? 0) / 1024;
}
