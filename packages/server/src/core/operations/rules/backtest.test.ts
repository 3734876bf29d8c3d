import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BacktestAnswer } from '@keywitness/api';
import { builtInRules } from '@keywitness/rules';
import { backtest } from './backtest.ts';

const START_MS = Date.parse('2026-11-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const place = { account: '111122223333', region: 'us-east-1' };

/** So many denials of one user, a minute apart, from an instant on. */
function denials(count: number, startMs: number, name = 'eve'): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const timeMs = startMs + index * 60_000;
    const event = {
      action: 'key.decrypt',
      actor: { arn: `arn:aws:iam::111122223333:user/${name}`, type: 'user' },
      client: { address: '203.0.113.9' },
      id: `e-${timeMs}`,
      outcome: 'denied',
      protocol: { front: 'aws', operation: 'Decrypt', service: 'kms' },
      schema: 'keywitness.event/1',
      time: new Date(timeMs).toISOString(),
    };
    return Buffer.from(JSON.stringify(event));
  });
}

function answered(
  rule: string,
  entries: readonly Uint8Array[],
  span: { readonly fromMs: number; readonly toMs?: number },
): BacktestAnswer {
  const text = builtInRules[rule]?.text ?? '';
  const reader = {
    size: () => entries.length,
    read: (first: number, max: number) => ({ first, entries: entries.slice(first, first + max) }),
  };
  const steps = backtest({ name: rule, text, toMs: Infinity, ...span }, { reader, place });
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    assert.ok(step.value.done <= step.value.total);
  }
}

test('a backtest tells the incidents of its span by day, and no others', () => {
  const entries = [
    ...denials(7, START_MS),
    ...denials(9, START_MS + DAY_MS),
    ...denials(6, START_MS + DAY_MS + 6 * HOUR_MS),
    ...denials(6, START_MS + 3 * DAY_MS),
  ];
  const span = { fromMs: START_MS + DAY_MS / 2, toMs: START_MS + 2 * DAY_MS };
  const answer = answered('access-denied-burst', entries, span);
  assert.equal(answer.events, 15);
  assert.equal(answer.count, 2);
  assert.deepEqual(answer.perDay, { '2026-11-02': 2 });
  assert.deepEqual(
    answer.incidents.map(({ time, level }) => [time, level]),
    [
      ['2026-11-02T00:04:00.000Z', 'high'],
      ['2026-11-02T06:04:00.000Z', 'high'],
    ],
  );
  assert.ok((answer.incidents[0]?.count ?? 0) >= 5);
  assert.equal(answer.incidents[0]?.eventIds.length, 5);
});

test('rules that learn have learned before the span begins', () => {
  const before = Array.from({ length: 9 }, (_, day) => denials(1, START_MS + day * DAY_MS, 'old')).flat();
  const entries = [
    ...before,
    ...denials(1, START_MS + 9 * DAY_MS, 'old'),
    ...denials(1, START_MS + 9 * DAY_MS + 1, 'new'),
  ];
  const answer = answered('dormant-identity', entries, { fromMs: START_MS + 9 * DAY_MS });
  assert.deepEqual(
    answer.incidents.map(({ entity }) => entity['actor.principal']),
    ['arn:aws:iam::111122223333:user/new'],
  );
});
