import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { builtInPolicy } from '../built-in-policies.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { Caller } from '../caller.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import { systemCaller } from '../system-caller.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import { allowing, OTHER, StsBench } from '../sts/sts.test-fixture.ts';
import { deleteRuleIn } from './delete-rule.ts';
import { disableRuleIn } from './disable-rule.ts';
import { enableDueRuleIn, enableRuleIn, rulesDue } from './enable-rule.ts';
import { getRuleIn } from './get-rule.ts';
import { shippedRules } from './index.ts';
import { listRulesIn } from './list-rules.ts';
import { putRuleIn } from './put-rule.ts';
import { testBook } from './rules.test-fixture.ts';

const putRule = putRuleIn(testBook);
const deleteRule = deleteRuleIn(testBook);
const disableRule = disableRuleIn(testBook);
const enableRule = enableRuleIn(testBook);
const enableDueRule = enableDueRuleIn(testBook);
const getRule = getRuleIn(testBook);
const listRules = listRulesIn(testBook);
const ALL: readonly Operation[] = [putRule, deleteRule, disableRule, enableRule, getRule, listRules];
const CHANGING: readonly Operation[] = [putRule, deleteRule, disableRule, enableRule];
const ASKED = { ruleName: 'key-deletion', reason: 'noise', text: 'title: x' };

interface Scene {
  readonly bench: StsBench;
  readonly clock: TestBench;
  readonly admin: Caller;
}

async function newScene(): Promise<Scene> {
  const store = openMemoryStore();
  const clock = new TestBench(store);
  const bench = new StsBench(store, clock);
  return { bench, clock, admin: await bench.administrator() };
}

function pick(result: Result, ...names: readonly string[]): Result {
  return Object.fromEntries(names.map((name) => [name, result[name]]));
}

test('a rule is put, read, replaced and deleted, and the record says what changed', async () => {
  const { bench, clock, admin } = await newScene();
  const put = await bench.released(admin, putRule, { ruleName: 'mine', text: 'title: One' });
  assert.deepEqual(pick(put, 'name', 'title', 'level', 'builtIn', 'changed', 'disabled', 'text'), {
    name: 'mine',
    title: 'One',
    level: 'low',
    builtIn: false,
    changed: false,
    disabled: false,
    text: 'title: One',
  });
  const one = { disabled: false, level: 'low', ruleSha256: sha256Hex('title: One'), title: 'One' };
  assert.deepEqual(clock.lastEvent().change, { after: one });
  assert.deepEqual(clock.lastEvent().parameters, { rule: 'mine' });
  const document = bench.store
    .load()
    .changes.find(({ subject }) => subject === `document:${sha256Hex('title: One')}`);
  assert.equal(document?.record, 'title: One');
  await bench.released(admin, putRule, { ruleName: 'mine', text: 'title: Two' });
  const two = { ...one, ruleSha256: sha256Hex('title: Two'), title: 'Two' };
  assert.deepEqual(clock.lastEvent().change, { before: one, after: two });
  assert.equal((await bench.released(admin, getRule, { ruleName: 'mine' }))['text'], 'title: Two');
  assert.deepEqual(await bench.released(admin, deleteRule, { ruleName: 'mine' }), { deleted: 'mine' });
  assert.deepEqual(clock.lastEvent().change, { before: two });
  assert.equal((await bench.refused(admin, getRule, { ruleName: 'mine' })).code, 'NotFound');
});

test('a text that cannot be read is no rule, and the message says why', async () => {
  const { bench, clock, admin } = await newScene();
  const error = await bench.refused(admin, putRule, { ruleName: 'mine', text: 'nothing' });
  assert.deepEqual([error.code, error.message], ['MalformedRule', '`mine` has no title']);
  assert.equal(clock.replica.rules.size, 0);
});

test('a rule that comes with the service is replaced, and is again as it came when that is deleted', async () => {
  const { bench, clock, admin } = await newScene();
  const ruleName = 'key-deletion';
  assert.equal((await bench.refused(admin, deleteRule, { ruleName })).code, 'InvalidState');
  await bench.released(admin, disableRule, { ruleName, reason: 'noise' });
  const put = await bench.released(admin, putRule, { ruleName, text: 'title: Mine' });
  const members = ['title', 'builtIn', 'changed', 'disabled'] as const;
  assert.deepEqual(pick(put, ...members), {
    title: 'Mine',
    builtIn: true,
    changed: true,
    disabled: true,
  });
  const { rule } = await bench.released(admin, deleteRule, { ruleName });
  assert.ok(typeof rule === 'object' && rule !== null);
  assert.deepEqual(pick({ ...rule }, ...members), {
    title: 'A key is to be deleted',
    builtIn: true,
    changed: false,
    disabled: false,
  });
  const { after, before } = clock.lastEvent().change ?? {};
  assert.deepEqual(
    [before?.['disabled'], before?.['title'], after?.['disabled'], after?.['title']],
    [true, 'Mine', false, 'A key is to be deleted'],
  );
});

test('a rule is disabled with a reason until it is enabled', async () => {
  const { bench, clock, admin } = await newScene();
  const ruleName = 'key-deletion';
  const off = await bench.released(admin, disableRule, { ruleName, reason: 'migration' });
  assert.deepEqual(pick(off, 'disabled', 'disabledReason', 'updatedBy'), {
    disabled: true,
    disabledReason: 'migration',
    updatedBy: admin.principalArn,
  });
  assert.deepEqual(clock.lastEvent().change, {
    before: { disabled: false },
    after: { disabled: true, reason: 'migration' },
  });
  const on = await bench.released(admin, enableRule, { ruleName });
  assert.equal(on['disabled'], false);
  assert.deepEqual(clock.lastEvent().change, {
    before: { disabled: true, reason: 'migration' },
    after: { disabled: false },
  });
  assert.equal(clock.replica.rules.size, 0);
});

test('a rule that is disabled until an instant is enabled at that instant, and the service says so once', async () => {
  const { bench, clock, admin } = await newScene();
  const ruleName = 'key-deletion';
  const untilMs = clock.nowMs + 60_000;
  const past = await bench.refused(admin, disableRule, { ruleName, reason: 'r', untilMs: clock.nowMs });
  assert.equal(past.code, 'InvalidInput');
  await bench.released(admin, disableRule, { ruleName, reason: 'r', untilMs });
  assert.equal((await bench.refused(systemCaller, enableDueRule, { ruleName })).code, 'InvalidState');
  assert.deepEqual(rulesDue(clock.replica, clock.nowMs), []);
  clock.nowMs = untilMs;
  assert.equal((await bench.released(admin, getRule, { ruleName }))['disabled'], false);
  assert.deepEqual(rulesDue(clock.replica, clock.nowMs), [ruleName]);
  await bench.released(systemCaller, enableDueRule, { ruleName });
  const event = clock.lastEvent();
  assert.deepEqual([event.action, event.actor.type], ['rule.enable', 'system']);
  assert.deepEqual(event.change?.before, {
    disabled: true,
    reason: 'r',
    until: new Date(untilMs).toISOString(),
  });
  assert.deepEqual(rulesDue(clock.replica, clock.nowMs), []);
});

test('what watches over the others cannot be touched, nor can anybody have its name', async () => {
  const { bench, clock, admin } = await newScene();
  for (const ruleName of ['audit-configuration-changed', 'incident-limit']) {
    for (const operation of CHANGING) {
      const error = await bench.refused(admin, operation, { ...ASKED, ruleName });
      assert.equal(error.code, 'Unmodifiable', `${operation.name} ${ruleName}`);
    }
  }
  assert.equal(clock.replica.rules.size, 0);
});

test('all rules are listed by name, a page at a time', async () => {
  const { bench, admin } = await newScene();
  await bench.released(admin, putRule, { ruleName: 'mine', text: 'title: One' });
  const first = await bench.released(admin, listRules, { limit: 2 });
  const second = await bench.released(admin, listRules, { limit: 2, marker: first['next'] });
  const names = [first, second].map(({ rules }) =>
    Array.isArray(rules) ? rules.map((rule: Result) => rule['name']) : [],
  );
  assert.deepEqual(names, [['audit-configuration-changed', 'key-deletion'], ['mine']]);
  assert.equal(second['next'], undefined);
});

test('however a new text and a switch overlap, neither undoes the other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const ledger = new SharedLedger(openMemoryStore(), 2, seed, turn);
      const admin = await ledger.administrator();
      const ruleName = 'key-deletion';
      const ended = await ledger.settle([
        ledger.perform(ledger.node(0), admin, putRule, { ruleName, text: 'title: Mine' }),
        ledger.perform(ledger.node(1), admin, disableRule, { ruleName, reason: 'noise' }),
      ]);
      assert.ok(ended.every((one) => one.status === 'fulfilled' && one.value.kind === 'released'));
      await ledger.drain();
      const record = ledger.node(0).replica.rules.get(ruleName);
      assert.deepEqual([record?.source?.title, record?.disabled], ['Mine', true]);
    }),
    { numRuns: 30 },
  );
});

test('rules belong to the account that owns the record, whatever policies of others say', async () => {
  const { bench, clock } = await newScene();
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  for (const operation of ALL) {
    assert.equal((await bench.refused(stranger, operation, ASKED)).code, 'AccessDenied', operation.name);
    assert.equal(clock.lastEvent().decisions?.[0]?.permission, `keywitness:${operation.name}`);
  }
});

test('who administers keys cannot see or edit rules', async () => {
  const { bench } = await newScene();
  const policy = builtInPolicy('arn:aws:iam::aws:policy/keywitness/KeyAdministrator');
  const keys = bench.user('keys', policy?.record.versions[0]?.document);
  for (const operation of ALL) {
    assert.equal((await bench.refused(keys, operation, ASKED)).code, 'AccessDenied', operation.name);
  }
});

test('a rule file is read as a whole, and said where it is wrong', () => {
  const text = `title: Deleted
level: high
logsource: {product: keywitness}
detection: {selection: {action: key.destroy}, condition: selection}
`;
  const facts = { kind: 'read', title: 'Deleted', level: 'high', sha256: sha256Hex(text) };
  assert.deepEqual(shippedRules.read(text, 'x'), facts);
  const wrong = shippedRules.read(text.replace('condition: selection', 'condition: selectoin'), 'x');
  assert.equal(wrong.kind, 'malformed');
  assert.match(wrong.kind === 'malformed' ? wrong.message : '', /line \d+.*selectoin/);
  assert.equal(shippedRules.read('title: a\nlevel: worst\n', 'x').kind, 'malformed');
});
