import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playAttacks } from './replay.ts';

const SEEDS = [7, 11, 2026];
/** What cannot tell a theft from a move. */
const MOVES_LOOK_LIKE: readonly string[] = ['credential-in-two-places', 'new-network-on-key'];

for (const seed of SEEDS) {
  test(`every scripted attack is told of by the rules that are made for it, in the traffic of seed ${seed}`, () => {
    const { falseAlarms, missed, moves, scores } = playAttacks(seed);
    assert.deepEqual(missed, []);
    for (const { attacks, found, rule } of scores) assert.equal(found, attacks, rule);
    // A nightly job that is new reads more than anybody before it: that is told once. So is who moves to another network.
    const count = (rule: string): number => falseAlarms.filter(({ ruleName }) => ruleName === rule).length;
    assert.ok(count('mass-decrypt') <= 1);
    for (const rule of MOVES_LOOK_LIKE) {
      assert.ok(count(rule) <= moves, `${rule}: ${count(rule)} of ${moves}`);
    }
    const unexplained = falseAlarms.filter(
      ({ ruleName }) => ![...MOVES_LOOK_LIKE, 'mass-decrypt'].includes(ruleName),
    );
    assert.deepEqual(
      unexplained.map(({ entity, ruleName, summary }) => ({ ruleName, entity, summary })),
      [],
    );
  });
}

test('the fifth denied request is the one that is told of', () => {
  const burst = playAttacks(7).scores.find(({ rule }) => rule === 'access-denied-burst');
  assert.deepEqual(burst?.afterEvents, [5, 5]);
});
