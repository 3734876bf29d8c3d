import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradedEvents, groupsOf } from './access-groups.ts';

const asset = { name: 'customer', value: '4711' };

function entry(index: number, members: object): { readonly index: number; readonly entry: Uint8Array } {
  const event = {
    schema: 'keywitness.event/1',
    id: `e${index}`,
    time: `2030-01-01T00:00:0${index}.000Z`,
    action: 'key.encrypt',
    outcome: 'success',
    actor: { type: 'user', name: 'ann', arn: 'arn:aws:iam::111122223333:user/ann' },
    client: { address: '192.0.2.7' },
    protocol: { front: 'aws', service: 'kms', operation: 'Encrypt' },
    requestId: 'r',
    revision: 1,
    context: { customer: '4711' },
    ...members,
  };
  return { index, entry: new TextEncoder().encode(JSON.stringify(event)) };
}

test('events are counted for whoever asked, direct use and leases told apart', () => {
  const bob = { type: 'user', name: 'bob', arn: 'arn:aws:iam::111122223333:user/bob' };
  const events = gradedEvents(
    [
      entry(0, {}),
      entry(1, { action: 'key.decrypt', context: { customer: '4711', purpose: 'files' } }),
      entry(2, { outcome: 'denied', count: 3 }),
      entry(3, { actor: bob, action: 'key.generate-data-key' }),
      entry(4, { context: { customer: '4712' } }),
      { index: 5, entry: new TextEncoder().encode('no JSON') },
    ],
    asset,
  );
  assert.deepEqual(
    events.map(({ index, grade, lease }) => [index, grade, lease]),
    [
      [3, 'asset-exact', true],
      [2, 'asset-exact', false],
      [1, 'asset-set', true],
      [0, 'asset-exact', false],
    ],
  );
  const [first, second] = groupsOf(events);
  assert.equal(first?.name, 'bob');
  assert.deepEqual(second, {
    principal: 'arn:aws:iam::111122223333:user/ann',
    name: 'ann',
    allowed: 2,
    refused: 3,
    exact: 1,
    set: 1,
    leases: 1,
    firstAt: '2030-01-01T00:00:00.000Z',
    lastAt: '2030-01-01T00:00:02.000Z',
  });
});
