import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditIndex, EventQuery } from '../../core/audit/index.ts';
import { lastKeyUse } from './key-use.ts';

const NOW_MS = 1_800_000_000_000;

/** An index that holds the newest use of each kind. */
function indexWith(times: Readonly<Record<string, string>>, asked: EventQuery[] = []): AuditIndex {
  return {
    async query(query) {
      asked.push(query);
      const time = times[query.action ?? ''];
      const event = { schema: 'keywitness.event/1', id: 'e', time, action: query.action };
      const entries =
        time === undefined ? [] : [{ index: 0, entry: Buffer.from(JSON.stringify(event), 'utf8') }];
      return { entries, size: 1 };
    },
    find: async () => undefined,
    waitBeyond: async () => 0,
  };
}

test('the newest successful use of any kind counts, of exactly the key that is asked for', async () => {
  const asked: EventQuery[] = [];
  const times = { 'key.encrypt': '2026-01-01T00:00:00.000Z', 'key.decrypt': '2026-02-01T00:00:00.000Z' };
  const use = await lastKeyUse(indexWith(times, asked), 'the-key', () => NOW_MS);
  assert.deepEqual(use, { lastMs: Date.parse('2026-02-01T00:00:00.000Z') });
  assert.ok(asked.every(({ key, outcome }) => key === 'the-key' && outcome === 'success'));
});

test('a key without any use has none', async () => {
  assert.deepEqual(await lastKeyUse(indexWith({}), 'the-key', () => NOW_MS), { lastMs: undefined });
});

test('when the record cannot be asked, the key counts as in use', async () => {
  const broken: AuditIndex = {
    ...indexWith({}),
    query: () => Promise.reject(new Error('the index is gone')),
  };
  assert.deepEqual(await lastKeyUse(broken, 'the-key', () => NOW_MS), { lastMs: NOW_MS });
});
