import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import type { UsedKind } from '../../core/audit/index.ts';
import { createSearch, type Search } from './index.ts';
import { MemoryLog, randomEvent, randomOf, type TestEvent } from './reference.test-model.ts';

const seed = Number(process.env['KEYWITNESS_TEST_SEED'] ?? Date.now() % 1_000_000_007);
const directory = mkdtempSync(join(tmpdir(), 'keywitness-last-uses-'));

after(() => rmSync(directory, { recursive: true }));

function openSearch(log: MemoryLog, name: string): Search {
  return createSearch({
    reader: log,
    path: join(directory, name),
    nowMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs).unref(),
    onFailure: () => undefined,
  });
}

const keys = Array.from({ length: 21 }, (_, key) => `arn:aws:kms:eu-1:111122223333:key/key-${key}`);
const principals = ['u0', 'u1', 'u4', 'u9'].map((name) => `arn:aws:iam::1:user/${name}`);
const sessions = ['arn:aws:sts::1:assumed-role/Ops/s1', 'arn:aws:iam::1:role/Ops'];
const credentials = ['AKIA0', 'AKIA3', 'AKIA6', 'AKIA99'];

/** The obvious way: look at every event, the newest first. */
function reference(log: MemoryLog, kind: UsedKind, name: string): number | undefined {
  const last = log.events.findLast((event) => event?.time !== undefined && isUse(event, kind, name));
  return last?.time === undefined ? undefined : Date.parse(last.time);
}

function isUse(event: TestEvent, kind: UsedKind, name: string): boolean {
  const { action = '', actor, key, outcome, sourceKey } = event;
  if (kind === 'principal') return actor?.arn === name;
  if (kind === 'credential') return actor?.credentialId === name;
  const isUsing = ['key.encrypt', 'key.decrypt'].includes(action) && outcome === 'success';
  return isUsing && [key?.arn, sourceKey?.arn].includes(name);
}

async function askLikeReference(search: Search, log: MemoryLog): Promise<void> {
  const questions = { key: keys, principal: principals, credential: credentials } as const;
  for (const kind of ['key', 'principal', 'credential'] as const) {
    const expected = questions[kind].map((name) => reference(log, kind, name));
    assert.deepEqual(await search.lastUses(kind, questions[kind]), expected, kind);
  }
}

describe(`last uses (seed ${seed})`, () => {
  test('are those of the record, while it grows and when the index is opened again', async () => {
    const random = randomOf(seed);
    const log = new MemoryLog();
    let search = openSearch(log, 'growing.db');
    for (let round = 0; round < 12; round += 1) {
      for (let count = random(1500); count > 0; count -= 1) log.add(randomEvent(random, log.size()));
      if (random(3) === 0) {
        search.close();
        search = openSearch(log, 'growing.db');
      }
      await askLikeReference(search, log);
    }
    assert.equal(search.status().rebuilds, 0);
    search.close();
  });

  test('of sessions and roles are not kept, and who only claimed something did not use it', async () => {
    const log = new MemoryLog();
    const time = '2026-01-01T00:00:00.000Z';
    for (const arn of sessions) {
      log.add({ action: 'key.list', time, actor: { arn, credentialId: 'ASIA1' } });
    }
    const claimed = { arn: principals[0] ?? '', credentialId: 'AKIA0', unverified: true };
    log.add({ action: 'request.unauthenticated', time, actor: claimed });
    const search = openSearch(log, 'claimed.db');
    assert.deepEqual(await search.lastUses('principal', [...sessions, ...principals.slice(0, 1)]), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(await search.lastUses('credential', ['ASIA1', 'AKIA0']), [undefined, undefined]);
    search.close();
  });

  const damages: Readonly<Record<string, string>> = {
    altered: 'UPDATE last_use SET time = time + 1',
    gone: "DELETE FROM last_use WHERE name LIKE 'key:%3'",
    'those of others': "UPDATE last_use SET name = replace(name, 'key-1', 'key-x')",
  };
  for (const [what, sql] of Object.entries(damages)) {
    test(`that are ${what} have the index rebuilt`, async () => {
      const random = randomOf(seed + 1);
      const log = new MemoryLog();
      while (log.size() < 4200) log.add(randomEvent(random, log.size()));
      const name = `${what}.db`;
      const first = openSearch(log, name);
      await askLikeReference(first, log);
      first.close();
      const database = new DatabaseSync(join(directory, name));
      database.exec(sql);
      database.close();
      const again = openSearch(log, name);
      await askLikeReference(again, log);
      assert.equal(again.status().rebuilds, 1);
      again.close();
    });
  }
});
