import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { administrator, allow, newCaller, refusal, released } from '../admin/outcomes.test-fixture.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import {
  exportEvidence,
  getAnswer,
  getAssetAccess,
  getDocument,
  getEvent,
  getEventHistogram,
  getEventProof,
  listEvents,
  readLog,
  suggestEvents,
  summarizeEvents,
  tailEvents,
} from './index.ts';

test('whoever reads the record is on the record with what they asked for', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = await administrator(bench);
  const auditor = await newCaller(bench, admin, 'auditor', allow('keywitness:ListEvents'));
  const filters = { asset: 'customer=4711', key: 'k', limit: 50, order: 'oldest' };
  assert.deepEqual(await released(bench, auditor, listEvents, filters), {});
  const event = bench.lastEvent();
  assert.equal(event.action, 'audit.list');
  assert.equal(event.actor.name, 'auditor');
  assert.deepEqual(event.parameters, filters);
});

test('each way of reading has a permission of its own', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = await administrator(bench);
  const operations = [
    exportEvidence,
    getAnswer,
    getAssetAccess,
    getDocument,
    getEvent,
    getEventHistogram,
    getEventProof,
    listEvents,
    readLog,
    suggestEvents,
    summarizeEvents,
    tailEvents,
  ];
  for (const [position, allowed] of operations.entries()) {
    const auditor = await newCaller(bench, admin, `a${position}`, allow(`keywitness:${allowed.name}`));
    for (const operation of operations) {
      if (operation === allowed) await released(bench, auditor, operation);
      else assert.equal(await refusal(bench, auditor, operation), 'AccessDenied');
      assert.equal(bench.lastEvent().outcome, operation === allowed ? 'success' : 'denied');
    }
  }
});

test('a question of any length is recorded, cut to what a record holds', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = await administrator(bench);
  const long = '\u0001'.repeat(8192);
  await released(bench, admin, listEvents, { asset: long, key: long, principal: long, source: long });
  assert.equal(bench.lastEvent().parameters?.['asset'], long.slice(0, 1024));
});

test('only the audit account reads the record, whatever the policies of other accounts say (G6)', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = await administrator(bench);
  const audit = '444455556666';
  bench.addAccount(audit);
  const auditor = bench.addUser('auditor', undefined, audit);
  const role = bench.addRole('reader', undefined, audit);
  const operations = [
    exportEvidence,
    getAssetAccess,
    getDocument,
    getEvent,
    getEventHistogram,
    getEventProof,
    listEvents,
    readLog,
    suggestEvents,
    summarizeEvents,
    tailEvents,
  ];
  for (const operation of operations) {
    await released(bench, admin, operation);
    assert.equal(await refusal(bench, auditor, operation), 'AccessDenied');
    assert.equal(bench.lastEvent().outcome, 'denied');
    assert.equal(bench.lastEvent().decisions?.[0]?.policyKind, 'resource-based');
  }
  bench.changeOrganization({ auditAccount: audit });
  for (const operation of operations) {
    assert.equal(await refusal(bench, admin, operation), 'AccessDenied');
    await released(bench, auditor, operation);
    await released(bench, role, operation);
  }
});
