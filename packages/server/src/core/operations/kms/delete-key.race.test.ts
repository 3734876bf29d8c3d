import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { systemCaller } from '../system-caller.ts';
import { createKey, kms, place, SharedLedger } from '../shared-ledger.test-fixture.ts';
import { deleteKey } from './delete-key.ts';

const DAY_MS = 86_400_000;

test('an alias that is pointed to another key while its old key is destroyed is not lost', async () => {
  const ledger = new SharedLedger(openMemoryStore(), 2, 1, turn);
  const admin = await ledger.administrator();
  const oldKey = await createKey(ledger, admin);
  const newKey = await createKey(ledger, admin);
  const aliasName = 'alias/app';
  await ledger.mustPerform(admin, kms('CreateAlias'), { aliasName, targetKeyId: oldKey });
  await ledger.mustPerform(admin, kms('ScheduleKeyDeletion'), { keyId: oldKey, pendingWindowInDays: 7 });
  ledger.pass(8 * DAY_MS);
  const destroying = ledger.perform(ledger.node(0), systemCaller, deleteKey, { keyId: oldKey });
  await turn();
  const late = ledger.pending.splice(0);
  const moving = ledger.perform(ledger.node(1), admin, kms('UpdateAlias'), {
    aliasName,
    targetKeyId: newKey,
  });
  await ledger.settle([moving]);
  assert.equal((await moving).kind, 'released');
  ledger.pending.push(...late);
  await ledger.settle([destroying]);
  await ledger.drain();
  assert.equal((await destroying).kind, 'released');
  assert.equal(ledger.node(0).replica.keys.get(oldKey), undefined);
  assert.equal(ledger.node(0).replica.aliases.get(`${place.account}/${aliasName}`)?.targetKeyId, newKey);
});
