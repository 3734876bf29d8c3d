import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { SuppressionRecord } from '../response-records.ts';
import { systemCaller } from '../system-caller.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import { deleteSuppression } from '../suppressions/index.ts';
import { findingOf, raising } from './findings.test-fixture.ts';
import { incidentIdOf } from './findings.ts';
import { raiseIncident, resolveIncident } from './index.ts';

const RUNS = { numRuns: 30 };
const incidentId: string = incidentIdOf(findingOf(0).episode);

function actionsOf(ledger: SharedLedger): readonly string[] {
  return ledger
    .events()
    .filter(({ action, change }) => action.startsWith('incident.') && change !== undefined)
    .map(({ action }) => action);
}

test('however raises of one finding overlap, its incident is opened once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const ledger = new SharedLedger(openMemoryStore(), 2, seed, turn);
      const params = raising(findingOf(ledger.nowMs));
      const attempts = [0, 1, 2].map((position) =>
        ledger.perform(ledger.node(position), systemCaller, raiseIncident, params),
      );
      await ledger.settle(attempts);
      await ledger.drain();
      assert.deepEqual(actionsOf(ledger), ['incident.open']);
      assert.equal(ledger.node(0).replica.incidents.get(incidentId)?.count, 10);
    }),
    RUNS,
  );
});

test('news and a resolution at the same time: what is decided last was decided on what came before', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const ledger = new SharedLedger(openMemoryStore(), 2, seed, turn);
      const admin = await ledger.administrator();
      const { nowMs } = ledger;
      await ledger.mustPerform(systemCaller, raiseIncident, raising(findingOf(nowMs)));
      const news = raising(findingOf(nowMs, { kind: 'grown', count: 11 }));
      const resolving = { incidentId, disposition: 'benign' };
      await ledger.settle([
        ledger.perform(ledger.node(0), systemCaller, raiseIncident, news),
        ledger.perform(ledger.node(1), admin, resolveIncident, resolving),
      ]);
      await ledger.drain();
      const record = ledger.node(0).replica.incidents.get(incidentId);
      const actions = actionsOf(ledger).slice(1).join(' ');
      seen.add(actions);
      // INVARIANT: news is never lost under a resolution that did not see it.
      const expected = actions === 'incident.resolve incident.reopen' ? 'open' : 'resolved';
      assert.deepEqual([record?.count, record?.status], [11, expected], actions);
      assert.equal(record?.comments.length, 1);
    }),
    RUNS,
  );
  assert.deepEqual([...seen].toSorted(), [
    'incident.grow incident.resolve',
    'incident.resolve incident.reopen',
  ]);
});

test('what is raised after a suppression was deleted is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const store = openMemoryStore();
      const suppression: SuppressionRecord = {
        id: 'sup-1',
        ruleName: 'denied-often',
        entity: {},
        reason: 'drill',
        createdAtMs: 0,
        createdBy: 'somebody',
        expiresAtMs: 4_000_000_000_000,
      };
      const writes = [{ subject: 'suppression:sup-1', record: JSON.stringify(suppression) }];
      store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('{"action":"set up"}') }]);
      const ledger = new SharedLedger(store, 2, seed, turn);
      const admin = await ledger.administrator();
      await ledger.settle([
        ledger.perform(ledger.node(0), systemCaller, raiseIncident, raising(findingOf(ledger.nowMs))),
        ledger.perform(ledger.node(1), admin, deleteSuppression, { suppressionId: 'sup-1' }),
      ]);
      await ledger.drain();
      const order = ledger.events().map(({ action }) => action);
      const isTold = order.indexOf('suppression.delete') < order.indexOf('incident.open');
      const record = ledger.node(0).replica.incidents.get(incidentId);
      assert.equal(record?.status, isTold ? 'open' : 'suppressed');
    }),
    RUNS,
  );
});
