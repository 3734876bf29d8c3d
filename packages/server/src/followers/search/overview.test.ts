import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LedgerReader } from '../../core/audit/index.ts';
import { createSearch, type Search } from './index.ts';
import { MemoryLog, randomEvent, randomOf } from './reference.test-model.ts';

/** A run and something of a tail. */
const ENTRIES = 4200;

function logOf(count: number, start: number): MemoryLog {
  const log = new MemoryLog();
  const random = randomOf(start);
  while (log.size() < count) log.add(randomEvent(random, log.size()));
  return log;
}

function openSearch(reader: LedgerReader, path: string): Search {
  return createSearch({
    reader,
    path,
    nowMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs).unref(),
    onFailure(error) {
      throw error;
    },
  });
}

describe('a histogram', () => {
  test('has no buckets where there are no events, and says which window it is about', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
    const log = new MemoryLog();
    const search = openSearch(log, join(directory, 'search.db'));
    try {
      const empty = { fromMs: 0, toMs: 0, bucketMs: 1, buckets: [], size: 0 };
      assert.deepEqual(await search.histogram({ filter: {}, buckets: 10 }), empty);
      const backwards = await search.histogram({ filter: { fromMs: 9, toMs: 3 }, buckets: 10 });
      assert.deepEqual(backwards, { ...empty, fromMs: 9, toMs: 9 });
      log.add({ time: '2026-01-01T00:00:00.010Z', outcome: 'denied' });
      const fromMs = Date.parse('2026-01-01T00:00:00.000Z');
      const none = { success: 0, denied: 0, error: 0, throttled: 0 };
      const one = await search.histogram({ filter: { fromMs, toMs: fromMs + 25 }, buckets: 3 });
      const buckets = [none, { ...none, denied: 1 }, none];
      assert.deepEqual(one, { fromMs, toMs: fromMs + 25, bucketMs: 9, buckets, size: 1 });
    } finally {
      search.close();
      rmSync(directory, { recursive: true });
    }
  });

  test('reads no event whose postings say all', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
    const log = logOf(ENTRIES, 7);
    let reads = 0;
    const reader: LedgerReader = {
      size: () => log.size(),
      read(first, count) {
        reads += 1;
        return log.read(first, count);
      },
    };
    const search = openSearch(reader, join(directory, 'search.db'));
    try {
      await search.query({ order: 'newest', limit: 1 });
      reads = 0;
      await search.histogram({ filter: {}, buckets: 400 });
      assert.equal(reads, 0);
      const filter = { outcome: 'success', action: 'key.*', principal: 'u2' };
      await search.histogram({ filter, buckets: 400 });
      // Those that are indexed by a part of what they hold.
      const wide = log.events.filter((event) => Object.keys(event?.context ?? {}).length > 200).length;
      assert.ok(reads <= wide, `${reads} of ${wide}`);
    } finally {
      search.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('suggestions', () => {
  const directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
  const log = new MemoryLog();
  const search = openSearch(log, join(directory, 'search.db'));

  before(() => {
    const actor = { arn: 'arn:aws:iam::1:user/Alice', name: 'Alice', credentialId: 'AKIA1' };
    log.add({ action: 'key.decrypt', outcome: 'success', actor, context: { customer: '4711', 'a=b': 'c' } });
    log.add({ action: 'key.encrypt', actor: { ...actor, arn: 'arn:aws:iam::1:user/bob', name: 'bob' } });
  });

  after(() => {
    search.close();
    rmSync(directory, { recursive: true });
  });

  test('begin so, whatever the case, or end in what does', async () => {
    const asked = await search.suggest({ field: 'principal', prefix: 'ali', limit: 10 });
    assert.deepEqual(asked, [
      { field: 'principal', value: 'Alice' },
      { field: 'principal', value: 'arn:aws:iam::1:user/Alice' },
    ]);
    const assets = await search.suggest({ field: 'asset', prefix: '', limit: 10 });
    assert.deepEqual(
      assets.map(({ value }) => value),
      ['a=b=c', 'customer=4711'],
    );
    assert.deepEqual(await search.suggest({ field: 'asset', prefix: '47', limit: 10 }), [
      { field: 'asset', value: 'customer=4711' },
    ]);
    assert.deepEqual(await search.suggest({ field: 'action', prefix: 'alias', limit: 10 }), []);
  });

  test('are of all fields in turn when none is named, and no more than asked for', async () => {
    const all = await search.suggest({ prefix: 'a', limit: 10 });
    assert.deepEqual(
      all.map(({ field }) => field),
      ['principal', 'asset', 'credential', 'principal', 'principal'],
    );
    assert.equal((await search.suggest({ prefix: '', limit: 3 })).length, 3);
  });

  test('are there as soon as an event has them', async () => {
    log.add({ error: { code: 'Novel', message: '' } });
    assert.deepEqual(await search.suggest({ prefix: 'nov', limit: 3 }), [
      { field: 'errorCode', value: 'Novel' },
    ]);
  });
});

test('accesses of an asset are told apart by who, how closely, and what they released', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
  const log = new MemoryLog();
  const search = openSearch(log, join(directory, 'search.db'));
  const add = (
    minute: number,
    action: string,
    outcome: string,
    context: Readonly<Record<string, string>>,
  ): void => {
    const time = new Date(minuteMs(minute)).toISOString();
    const actor = {
      arn: `arn:aws:iam::1:user/u${minute % 2}`,
      name: `u${minute % 2}`,
      credentialId: 'AKIA1',
    };
    log.add({ schema: 'keywitness.event/1', time, action, outcome, actor, context });
  };
  try {
    add(0, 'key.generate-data-key', 'success', { customer: '4711' });
    add(1, 'key.decrypt', 'success', { customer: '4711' });
    add(2, 'key.decrypt', 'denied', { customer: '4711' });
    add(3, 'key.encrypt', 'success', { customer: '4711', purpose: 'mail' });
    add(4, 'key.decrypt', 'success', { customer: '4711', purpose: 'mail' });
    add(5, 'key.encrypt', 'success', { customer: '4711', purpose: 'mail' });
    add(6, 'key.decrypt', 'success', { customer: '4712' });
    const asset = { name: 'customer', value: '4711' };
    const access = await search.access({ asset, fromMs: minuteMs(2), scan: 10 });
    const of = (user: number): object => ({ principal: `arn:aws:iam::1:user/u${user}`, label: `u${user}` });
    const at = (first: number, last: number): object => ({
      firstMs: minuteMs(first),
      lastMs: minuteMs(last),
    });
    assert.deepEqual(access, {
      groups: [
        { ...of(1), grade: 'asset-set', lease: false, outcome: 'success', count: 2, ...at(3, 5) },
        { ...of(0), grade: 'asset-set', lease: true, outcome: 'success', count: 1, ...at(4, 4) },
        { ...of(0), grade: 'asset-exact', lease: false, outcome: 'denied', count: 1, ...at(2, 2) },
      ],
      leasesBefore: 2,
      matchedScanned: 4,
      isComplete: true,
      size: 7,
    });
    const newest = await search.access({ asset, toMs: minuteMs(2), scan: 1 });
    assert.deepEqual([newest.leasesBefore, newest.matchedScanned, newest.isComplete], [0, 1, false]);
  } finally {
    search.close();
    rmSync(directory, { recursive: true });
  }
});

function minuteMs(minute: number): number {
  return Date.parse('2026-01-01T00:00:00.000Z') + 60_000 * minute;
}
