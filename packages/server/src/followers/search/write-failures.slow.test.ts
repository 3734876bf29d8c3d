import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { EventPage } from '../../core/audit/index.ts';
import { FailingDisk, type Fault } from '../completeness/failing-disk.test-model.ts';
import { createSearch, type Search } from './index.ts';
import { MemoryLog, randomEvent, randomOf, reference } from './reference.test-model.ts';

/** A little more than goes to the disk at once, so that a run is written. */
const ENTRIES = 4100;
const log = new MemoryLog();
const random = randomOf(7);
while (log.size() < ENTRIES) log.add(randomEvent(random, log.size()));

function plain({ entries, ...rest }: EventPage): unknown {
  return { ...rest, entries: entries.map(({ index }) => index) };
}

async function checkAnswers(search: Search): Promise<void> {
  for (const query of [
    { key: 'key-3', order: 'newest', limit: 100 },
    { action: 'key.*', order: 'oldest', limit: 100 },
    { principal: 'u2', order: 'oldest', limit: 100 },
  ] as const) {
    assert.deepEqual(plain(await search.query(query)), plain(reference(log, query)));
  }
}

function open(path: string, onFailure: (error: unknown) => void): Search {
  return createSearch({
    reader: log,
    path,
    nowMs: () => performance.now(),
    schedule: (_delayMs, task) => void setImmediate(task),
    onFailure,
  });
}

/** Indexes the log over a failure, and asks then: the same process, or the next one. Answers how many writes there were. */
async function live(t: TestContext, path: string, fault: Fault | undefined): Promise<number> {
  const disk = new FailingDisk(t, fault);
  const dies = fault?.dies === true;
  const search = open(path, () => undefined);
  // A question may meet the failure; whoever asks again is answered.
  await checkAnswers(search).catch((error: unknown) => assert.ok(disk.hasFailed, String(error)));
  let left = path;
  if (dies) {
    t.mock.restoreAll();
    left = `${path}.left`;
    for (const suffix of ['', '-wal']) {
      if (existsSync(`${path}${suffix}`)) cpSync(`${path}${suffix}`, `${left}${suffix}`);
    }
  } else {
    await checkAnswers(search);
  }
  search.close();
  t.mock.restoreAll();
  const again = open(left, () => undefined);
  await checkAnswers(again);
  again.close();
  assert.equal(disk.hasFailed, fault !== undefined);
  return disk.statements;
}

describe('a write of the index that fails, or fails but was kept, or that the process dies of, changes no answer', () => {
  for (const dies of [false, true]) {
    for (const kind of ['before', 'after'] as const) {
      test(`${kind} it was done, ${dies ? 'and a new start' : 'and another try'}`, async (t) => {
        const folder = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
        try {
          const writes = await live(t, join(folder, 'whole.db'), undefined);
          assert.ok(writes > 6, `${writes}`);
          // The schema and the beginning and the end of the run one by one, and of its many pages some.
          const step = Math.ceil(writes / 12);
          const places = Array.from({ length: writes }, (_, at) => at + 1);
          for (const at of places.filter((place) => place < 6 || place > writes - 5 || place % step === 0)) {
            await live(t, join(folder, `failed-${at}.db`), { at, kind, dies });
          }
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    }
  }
});
