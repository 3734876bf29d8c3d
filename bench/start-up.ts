import { hash } from 'node:crypto';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts';
import { startServer } from '../test/running-server.ts';
import { fill } from './question.ts';

const KEYS_PER_COMMIT = 1000;
const CREATED_MS = Date.UTC(2026, 0, 1);

/** A restart with many events and keys, until requests are served; and the memory that it then has. */
export interface StartUpFigures {
  readonly events: number;
  readonly keys: number;
  readonly seconds: number;
  readonly residentMb: number;
}

/** Fills a data directory, lets a server publish and index all of it, stops it, and times the next start. */
export async function measureStartUp(events: number, keys: number): Promise<StartUpFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  try {
    await (await startServer(directory)).stop();
    fillStore(directory, events, keys);
    {
      await using first = await startServer(directory);
      await published(first, events);
    }
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
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const count = (name: string): number => Number(new RegExp(`^${name} ([0-9]+)`, 'm').exec(text)?.[1] ?? 0);
    if (
      count('keywitness_log_published_entries') >= events &&
      count('keywitness_search_indexed_entries') >= events * 0.9
    ) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function residentMb(pid = 0): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+([0-9]+)/m.exec(status)?.[1] ?? 0) / 1024;
}
