import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { insecureDeterministicEntropy } from '../crypto/index.ts';
import { newEventId, newRandomUuid } from './index.ts';

const TIME_MAX_MS = 2 ** 48 - 1;

test('an event id is a UUIDv7 that states its time to the millisecond', () => {
  fc.assert(
    fc.property(fc.nat({ max: TIME_MAX_MS }), (timeMs) => {
      const id = newEventId(timeMs, insecureDeterministicEntropy('event ids'));
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), timeMs);
    }),
  );
});

test('a random UUID is one of version 4, and another each time', () => {
  const entropy = insecureDeterministicEntropy('event ids');
  const ids = Array.from({ length: 100 }, () => newRandomUuid(entropy));
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const id of ids) assert.match(id, form);
  assert.equal(new Set(ids).size, ids.length);
});
