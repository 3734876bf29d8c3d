import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Fault, faultyStore, newMemoryDisk, openMemoryStore } from '../../stores/memory/index.ts';
import type { Caller } from './caller.ts';
import type { Operation, Performed } from './operation.ts';
import { createKey, kms, SharedLedger } from './shared-ledger.test-fixture.ts';

const plaintext = Buffer.from('plaintext');
const FAULTS: readonly Fault[] = ['before', 'kept', 'dies'];
/** More than the script writes, so that every write of it is the failing one once. */
const WRITES_MAX = 14;

/** What is tried, one after the other, in each run. */
function script(keyId: string): readonly (readonly [Operation, object])[] {
  return [
    [kms('Encrypt'), { keyId, plaintext }],
    [kms('CreateAlias'), { aliasName: 'alias/a', targetKeyId: keyId }],
    [kms('DisableKey'), { keyId }],
    [kms('Encrypt'), { keyId, plaintext }],
    [kms('EnableKey'), { keyId }],
    [kms('Encrypt'), { keyId, plaintext }],
    [kms('TagResource'), { keyId, tags: [] }],
    [kms('DeleteAlias'), { aliasName: 'alias/a' }],
    [kms('Encrypt'), { keyId: 'alias/nobody', plaintext }],
  ];
}

async function attempt(
  ledger: SharedLedger,
  caller: Caller,
  operation: Operation,
  params: object,
): Promise<Performed | undefined> {
  const [ended] = await ledger.settle([ledger.perform(ledger.node(0), caller, operation, params)]);
  return ended?.status === 'fulfilled' ? ended.value : undefined;
}

for (const fault of FAULTS) {
  test(`whichever write fails with \`${fault}\`: after a restart, every answer has its event and its effect`, async () => {
    for (let failing = 0; failing < WRITES_MAX; failing += 1) {
      const disk = newMemoryDisk();
      let writes = Number.NEGATIVE_INFINITY;
      const store = faultyStore(openMemoryStore(disk), () => (writes++ === failing ? fault : undefined));
      const ledger = new SharedLedger(store, 1, failing, turn);
      const admin = await ledger.administrator();
      const keyId = await createKey(ledger, admin);
      writes = 0;
      const answers: Performed[] = [];
      for (const [operation, params] of script(keyId)) {
        const performed = await attempt(ledger, admin, operation, params);
        if (performed !== undefined) answers.push(performed);
      }
      const restarted = new SharedLedger(openMemoryStore(disk), 1, failing, turn);
      const events = restarted.events();
      for (const performed of answers) {
        const event = events[performed.index];
        assert.equal(event?.id, performed.eventId);
        assert.equal(event?.outcome === 'success', performed.kind === 'released');
      }
      const turned = events.findLast(
        ({ action, outcome }) => /^key\.(enable|disable)$/.test(action) && outcome === 'success',
      );
      const { record } = restarted.node(0).replica.keys.get(keyId) ?? {};
      assert.equal(record?.enabled, turned?.action !== 'key.disable');
      const next = await attempt(restarted, admin, kms('Encrypt'), { keyId, plaintext });
      assert.equal(next?.kind, record?.enabled === true ? 'released' : 'refused');
      assert.equal(next?.index, events.length);
    }
  });
}
