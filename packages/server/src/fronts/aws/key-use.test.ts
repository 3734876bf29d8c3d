import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditIndex, EventQuery } from '../../core/audit/index.ts';
import { askedKeyArn, lastKeyUse } from './key-use.ts';

const NOW_MS = 1_800_000_000_000;

/** An index that holds the newest use of each kind, each later in the log than the one before. */
function indexWith(times: Readonly<Record<string, string>>, asked: EventQuery[] = []): AuditIndex {
  return {
    async query(query) {
      asked.push(query);
      const action = query.action ?? '';
      const time = times[action];
      const protocol = { front: 'aws', service: 'kms', operation: `of ${action}` };
      const event = {
        schema: 'keywitness.event/1',
        id: `e ${action}`,
        time,
        action,
        protocol,
        requestId: 'r',
      };
      const index = Object.keys(times).indexOf(action);
      const entries =
        time === undefined ? [] : [{ index, entry: Buffer.from(JSON.stringify(event), 'utf8') }];
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
  assert.deepEqual(use, {
    lastMs: Date.parse('2026-02-01T00:00:00.000Z'),
    last: { operation: 'of key.decrypt', eventId: 'e key.decrypt', requestId: 'r' },
  });
  assert.ok(asked.every(({ key, outcome }) => key === 'the-key' && outcome === 'success'));
});

test('of uses of one instant the one counts that was committed last', async () => {
  const time = '2026-01-01T00:00:00.000Z';
  const use = await lastKeyUse(indexWith({ 'key.sign': time, 'key.decrypt': time }), 'k', () => NOW_MS);
  assert.equal(use.last?.operation, 'of key.decrypt');
});

test('a key without any use has none', async () => {
  assert.deepEqual(await lastKeyUse(indexWith({}), 'the-key', () => NOW_MS), { lastMs: undefined });
});

test('when the record cannot be asked, the key counts as in use, and that nobody knows is told', async () => {
  const broken: AuditIndex = {
    ...indexWith({}),
    query: () => Promise.reject(new Error('the index is gone')),
  };
  const unknown = { lastMs: NOW_MS, isUnknown: true };
  assert.deepEqual(await lastKeyUse(broken, 'the-key', () => NOW_MS), unknown);
});

test('an id is one of the caller’s account and of the Region that is asked', () => {
  const caller = { principalArn: 'arn:aws:sts::111122223333:assumed-role/app/work', credentialId: 'ASIA' };
  const place = { account: '444455556666', region: 'eu-central-1' };
  const attempt = {
    requestId: '',
    client: { address: '' },
    protocol: { front: 'aws', service: 'kms', operation: 'GetKeyLastUsage' },
    startedMs: 0,
  } as const;
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/mrk-1';
  assert.equal(askedKeyArn('mrk-1', caller, attempt, place), arn);
  assert.equal(askedKeyArn(arn, caller, attempt, place), arn);
  const elsewhere = { ...attempt, protocol: { ...attempt.protocol, region: 'eu-west-1' } };
  assert.equal(
    askedKeyArn('mrk-1', caller, elsewhere, place),
    'arn:aws:kms:eu-west-1:111122223333:key/mrk-1',
  );
});
