import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { insecureDeterministicEntropy, takeSecretKey } from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import { Replica, Service } from '../../core/operations/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { startSweeper } from './sweeper.ts';

const NOW_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const TURNS_MAX = 1000;

const records: Readonly<Record<string, object>> = {
  'rule:due': { name: 'due', disabled: true, disabledUntilMs: NOW_MS, source: { text: 'x' } },
  'rule:later': { name: 'later', disabled: true, disabledUntilMs: NOW_MS + 1, source: { text: 'x' } },
  'suppression:over': { id: 'over', entity: {}, expiresAtMs: NOW_MS },
  'suppression:lasting': { id: 'lasting', entity: {}, expiresAtMs: NOW_MS + 1 },
  'incident:past': { id: 'past', status: 'resolved', updatedAtMs: NOW_MS - 90 * DAY_MS },
  'incident:open': { id: 'open', status: 'open', updatedAtMs: NOW_MS - 90 * DAY_MS },
};

test('what has an end is ended on the record, once, and nothing else is', async () => {
  const store = openMemoryStore();
  const writes = Object.entries(records).map(([subject, record]) => ({
    subject,
    record: JSON.stringify(record),
  }));
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('set up by a test') }]);
  const replica = new Replica(store.load().changes);
  const service = new Service({
    ledger: {
      commit: async (item) => {
        const { answers, changes } = store.commit([item]);
        replica.apply(changes);
        const [answer] = answers;
        if (answer === undefined) throw new TypeError('the store gave no answer');
        return answer;
      },
    },
    replica,
    keyPairs: { make: async () => 'busy' },
    keyring: new Keyring(takeSecretKey(new Uint8Array(32).fill(7))),
    entropy: insecureDeterministicEntropy('sweeper'),
    nowMs: () => NOW_MS,
    monotonicMs: () => 0,
    schedule: (_delayMs, task) => void setImmediate(task),
    place: { account: '111122223333', region: 'eu-central-1' },
  });
  for (let sweeps = 0; sweeps < 2; sweeps += 1) {
    const faults: unknown[] = [];
    startSweeper(service, replica, (error) => faults.push(error)).stop();
    for (let turns = 0; turns < TURNS_MAX && replica.incidents.size > 1; turns += 1) await turn();
    await turn();
    assert.deepEqual(faults, []);
  }
  const { entries } = store.read(1, 100);
  const actions = entries.map((entry) => /"action":"([^"]*)"/.exec(Buffer.from(entry).toString('utf8'))?.[1]);
  assert.deepEqual(actions, ['rule.enable', 'suppression.expire', 'incident.forget']);
  assert.deepEqual([replica.rules.get('due')?.disabled, replica.rules.get('later')?.disabled], [false, true]);
  assert.deepEqual(
    [[...replica.suppressions.keys()], [...replica.incidents.keys()]],
    [['lasting'], ['open']],
  );
});
