import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { builtInPolicy } from '../built-in-policies.ts';
import type { Caller } from '../caller.ts';
import { kmsOperations } from '../kms/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import type { IncidentRecord, RemediationRecord } from '../response-records.ts';
import { systemCaller } from '../system-caller.ts';
import { allowing, OTHER, StsBench } from '../sts/sts.test-fixture.ts';
import { findingOf, raising } from './findings.test-fixture.ts';
import { incidentIdOf } from './findings.ts';
import {
  acknowledgeIncident,
  assignIncident,
  commentIncident,
  forgetIncident,
  getIncident,
  incidentsPast,
  listIncidents,
  raiseIncident,
  reopenIncident,
  resolveIncident,
} from './index.ts';

const DAY_MS = 86_400_000;
const PEOPLES: readonly Operation[] = [
  acknowledgeIncident,
  assignIncident,
  commentIncident,
  getIncident,
  listIncidents,
  reopenIncident,
  resolveIncident,
];
const POLICIES = 'arn:aws:iam::aws:policy/keywitness/';

interface Scene {
  readonly bench: StsBench;
  readonly clock: TestBench;
  readonly admin: Caller;
  /** The id of an incident that is open. */
  readonly incidentId: string;
  readonly record: () => IncidentRecord | undefined;
}

async function newScene(): Promise<Scene> {
  const store = openMemoryStore();
  const clock = new TestBench(store);
  const bench = new StsBench(store, clock);
  const admin = await bench.administrator();
  const finding = findingOf(clock.nowMs);
  await bench.released(systemCaller, raiseIncident, raising(finding));
  const incidentId = incidentIdOf(finding.episode);
  return { bench, clock, admin, incidentId, record: () => clock.replica.incidents.get(incidentId) };
}

function pick(result: Result, ...names: readonly string[]): Result {
  return Object.fromEntries(names.map((name) => [name, result[name]]));
}

test('people acknowledge, assign, comment and resolve, and what they did stays with the incident', async () => {
  const { bench, clock, admin, incidentId } = await newScene();
  const acknowledged = await bench.released(admin, acknowledgeIncident, { incidentId });
  assert.deepEqual(pick(acknowledged, 'status', 'assignee'), {
    status: 'acknowledged',
    assignee: admin.principalArn,
  });
  assert.deepEqual(clock.lastEvent().change, {
    before: { status: 'open' },
    after: { assignee: admin.principalArn, status: 'acknowledged' },
  });
  await bench.released(admin, assignIncident, { incidentId, assignee: 'ann' });
  await bench.released(admin, commentIncident, { incidentId, text: 'called her' });
  assert.deepEqual(clock.lastEvent().parameters, { comment: 'called her', incident: incidentId });
  const asked = { incidentId, disposition: 'benign', note: 'a drill' };
  const resolved = await bench.released(admin, resolveIncident, asked);
  assert.deepEqual(pick(resolved, 'status', 'disposition', 'resolvedAt', 'assignee'), {
    status: 'resolved',
    disposition: 'benign',
    resolvedAt: clock.nowMs,
    assignee: 'ann',
  });
  const shown = await bench.released(admin, getIncident, { incidentId });
  const { comments } = shown;
  assert.deepEqual(Array.isArray(comments) ? comments.map((one: Result) => one['text']) : [], [
    'acknowledged it',
    'assigned it to ann',
    'called her',
    'resolved it as benign: a drill',
  ]);
  await bench.released(admin, assignIncident, { incidentId });
  assert.equal((await bench.released(admin, getIncident, { incidentId }))['assignee'], undefined);
});

test('what does not fit is refused, and said twice is no error', async () => {
  const { bench, clock, admin, incidentId, record } = await newScene();
  assert.equal((await bench.refused(admin, reopenIncident, { incidentId })).code, 'InvalidState');
  await bench.released(admin, acknowledgeIncident, { incidentId });
  await bench.released(admin, acknowledgeIncident, { incidentId });
  await bench.released(admin, resolveIncident, { incidentId, disposition: 'test' });
  await bench.released(admin, resolveIncident, { incidentId, disposition: 'benign' });
  assert.deepEqual(clock.lastEvent().change, {
    before: { assignee: admin.principalArn, disposition: 'test', status: 'resolved' },
    after: { assignee: admin.principalArn, disposition: 'benign', status: 'resolved' },
  });
  assert.equal((await bench.refused(admin, acknowledgeIncident, { incidentId })).code, 'InvalidState');
  const wrong = { incidentId, disposition: 'dunno' };
  assert.equal((await bench.refused(admin, resolveIncident, wrong)).code, 'InvalidInput');
  await bench.released(admin, reopenIncident, { incidentId, note: 'not over' });
  assert.deepEqual([record()?.status, record()?.disposition], ['open', undefined]);
  const none = { incidentId: 'inc-none', text: 'x' };
  assert.equal((await bench.refused(admin, commentIncident, none)).code, 'NotFound');
});

test('of many comments the newest hundred stay with the incident, and the record has all', async () => {
  const { bench, admin, incidentId, record } = await newScene();
  for (let number = 1; number <= 101; number += 1) {
    await bench.released(admin, commentIncident, { incidentId, text: `remark ${number}` });
  }
  assert.deepEqual(
    [record()?.comments.length, record()?.comments[0]?.text, record()?.comments[99]?.text],
    [100, 'remark 2', 'remark 101'],
  );
});

test('an incident shows what was done about it', async () => {
  const { bench, admin, incidentId } = await newScene();
  const remediation: RemediationRecord = {
    id: 'rem-1',
    incidentId,
    playbookName: 'contain',
    step: 0,
    action: 'disable-credential',
    target: 'AKIAEXAMPLE',
    status: 'done',
    createdAtMs: 1,
    updatedAtMs: 2,
    approvals: [],
    level: 'high',
    account: '111122223333',
    about: [],
  };
  bench.put('remediation:rem-1', remediation);
  bench.put('remediation:rem-2', { ...remediation, id: 'rem-2', incidentId: 'inc-other' });
  const { remediations } = await bench.released(admin, getIncident, { incidentId });
  assert.deepEqual(remediations, [
    {
      remediationId: 'rem-1',
      playbook: 'contain',
      step: 0,
      action: 'disable-credential',
      target: 'AKIAEXAMPLE',
      status: 'done',
      reason: undefined,
      createdAt: 1,
      updatedAt: 2,
      approvedBy: [],
      expiresAt: undefined,
    },
  ]);
});

test('incidents are listed newest first, by what is asked of them, a page at a time', async () => {
  const { bench, admin, clock } = await newScene();
  const raise = async (name: string, more: object): Promise<void> => {
    clock.nowMs += 1000;
    const finding = findingOf(clock.nowMs, { episode: name, ruleName: name, ...more });
    await bench.released(systemCaller, raiseIncident, raising(finding));
  };
  await raise('second', { level: 'low', entity: { 'key.id': 'k' } });
  await raise('third', { level: 'critical' });
  await bench.released(admin, acknowledgeIncident, { incidentId: incidentIdOf('second') });
  await bench.released(admin, resolveIncident, {
    incidentId: incidentIdOf('third'),
    disposition: 'true-positive',
  });
  const rules = async (asked: object): Promise<readonly unknown[]> => {
    const { incidents } = await bench.released(admin, listIncidents, { ...asked });
    return Array.isArray(incidents) ? incidents.map((one: Result) => one['rule']) : [];
  };
  assert.deepEqual(await rules({}), ['third', 'second', 'denied-often']);
  assert.deepEqual(await rules({ status: 'unresolved' }), ['second', 'denied-often']);
  assert.deepEqual(await rules({ status: 'resolved' }), ['third']);
  assert.deepEqual(await rules({ level: 'high' }), ['third', 'denied-often']);
  assert.deepEqual(await rules({ rule: 'second' }), ['second']);
  assert.deepEqual(await rules({ assignee: admin.principalArn }), ['second']);
  assert.deepEqual(await rules({ entity: { 'key.id': 'k' } }), ['second']);
  assert.deepEqual(await rules({ entity: { 'key.id': 'other' } }), []);
  const first = await bench.released(admin, listIncidents, { limit: 2 });
  assert.deepEqual(await rules({ limit: 2, marker: first['next'] }), ['denied-often']);
  await rules({ status: 'open' });
  assert.deepEqual(clock.lastEvent().parameters, { status: 'open' });
});

test('incidents belong to the account that owns the record, whatever policies of others say', async () => {
  const { bench, clock, incidentId } = await newScene();
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  const asked = { incidentId, disposition: 'test', text: 'x' };
  for (const operation of PEOPLES) {
    assert.equal((await bench.refused(stranger, operation, asked)).code, 'AccessDenied', operation.name);
    assert.equal(clock.lastEvent().decisions?.[0]?.permission, `keywitness:${operation.name}`);
  }
});

test('whoever responds looks after incidents and uses no key; whoever writes rules only reads incidents', async () => {
  const { bench, clock, admin, incidentId } = await newScene();
  const holder = (name: string): Caller =>
    bench.user(name.toLowerCase(), builtInPolicy(`${POLICIES}${name}`)?.record.versions[0]?.document);
  const responder = holder('SecurityResponder');
  await bench.released(responder, acknowledgeIncident, { incidentId });
  const generate = kmsOperations.get('GenerateDataKey');
  assert.ok(generate !== undefined);
  const using = { keyId: await clock.createKey(admin), keySpec: 'AES_256' };
  assert.equal((await bench.refused(responder, generate, using)).code, 'AccessDenied');
  const engineer = holder('DetectionEngineer');
  await bench.released(engineer, getIncident, { incidentId });
  const resolving = { incidentId, disposition: 'false-positive' };
  assert.equal((await bench.refused(engineer, resolveIncident, resolving)).code, 'AccessDenied');
  assert.equal((await bench.refused(engineer, generate, using)).code, 'AccessDenied');
});

test('a resolved incident is forgotten after 90 days without any change; an open one never', async () => {
  const { bench, admin, clock, incidentId, record } = await newScene();
  clock.nowMs += 91 * DAY_MS;
  assert.deepEqual(incidentsPast(clock.replica, clock.nowMs), []);
  assert.equal((await bench.refused(systemCaller, forgetIncident, { incidentId })).code, 'InvalidState');
  await bench.released(admin, resolveIncident, { incidentId, disposition: 'benign' });
  clock.nowMs += 90 * DAY_MS - 1;
  assert.deepEqual(incidentsPast(clock.replica, clock.nowMs), []);
  clock.nowMs += 1;
  assert.deepEqual(incidentsPast(clock.replica, clock.nowMs), [incidentId]);
  await bench.released(systemCaller, forgetIncident, { incidentId });
  assert.equal(record(), undefined);
  assert.deepEqual(clock.lastEvent().change, {
    before: { disposition: 'benign', rule: 'denied-often', status: 'resolved' },
  });
});
