import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { canonicalJson, type LedgerReader, type TrailFiles } from '../../core/audit/index.ts';
import { newTrailSecret, openTrailSigningKey, takeSecretKey } from '../../core/crypto/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import { createTrailFiles } from './index.ts';

const place = { account: '111122223333', region: 'eu-central-1' } as const;
/** Where digests are. */
export const DIGESTS: string = `AWSLogs/${place.account}/CloudTrail-Digest/`;
/** Where log files are. */
export const LOGS: string = `AWSLogs/${place.account}/CloudTrail/`;
/** What the bucket is called. */
export const BUCKET: string = `keywitness-cloudtrail-${place.account}`;
const key = openTrailSigningKey(takeSecretKey(newTrailSecret()));

/** A ledger, and the trail that follows it. */
export interface Setup {
  readonly entries: Uint8Array[];
  readonly path: string;
  readonly open: (schedule?: Schedule) => TrailFiles;
  readonly add: (...times: readonly string[]) => void;
}

/** An empty ledger, and a folder for what is kept. */
export function setUp(context: TestContext): Setup {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-trail-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const entries: Uint8Array[] = [];
  const reader: LedgerReader = {
    size: () => entries.length,
    read: (first, entriesMax) => ({ first, entries: entries.slice(first, first + entriesMax) }),
  };
  const path = join(folder, 'trail.jsonl');
  const soon: Schedule = (delayMs, task) =>
    void (delayMs === 0 ? setImmediate(task) : setTimeout(task, delayMs).unref());
  return {
    entries,
    path,
    open: (schedule = soon) => createTrailFiles({ reader, place, key, path, schedule }),
    add(...times) {
      entries.push(...times.map(eventAt));
    },
  };
}

/** An event of a day, at a time of it. */
export function eventAt(time: string): Uint8Array {
  const event = {
    schema: 'keywitness.event/1',
    id: time,
    time: `2026-08-27T${time}.000Z`,
    action: 'key.list',
    actor: { type: 'anonymous' },
    client: { address: '::1' },
    outcome: 'success',
    protocol: { front: 'aws', service: 'kms', operation: 'ListKeys' },
    requestId: 'r',
    revision: 0,
  };
  return Buffer.from(canonicalJson(event));
}

/** The paths of files that there are. */
export async function paths(files: TrailFiles, prefix: string): Promise<readonly string[]> {
  const page = await files.list({ prefix, after: '', limit: 1000 });
  return page.files.map(({ path }) => path);
}

/** What is in a file that there is. */
export async function textOf(files: TrailFiles, path: string): Promise<string> {
  const file = await files.read(path);
  assert.ok(file !== undefined, path);
  return gunzipSync(file.content).toString('utf8');
}

/** A digest. */
export async function membersOf(files: TrailFiles, path: string): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(await textOf(files, path));
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}
