import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { disableCredential, enableCredential } from '../admin/index.ts';
import type { AuditEvent } from '../../audit/index.ts';
import type { CredentialRecord, UserRecord } from '../../identity/index.ts';
import type { Caller } from '../caller.ts';
import type { Performed } from '../operation.ts';
import { responderCaller } from '../responder.ts';
import type { IncidentRecord, PlaybookRecord, ResponseSettingsRecord } from '../response-records.ts';
import { systemCaller } from '../system-caller.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import {
  approveRemediation,
  expireRemediation,
  proposeRemediation,
  putResponseSettings,
  refuseRemediation,
  remediationId,
  runRemediation,
  undoRemediation,
} from './index.ts';

const HOME = '111122223333';
const MALLORY = `arn:aws:iam::${HOME}:user/mallory`;
const CREDENTIAL = 'AKIAMALLORYAAAAAAAAA';
const ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const INCIDENTS = ['inc-a', 'inc-b'] as const;
const STEPS = ['disable-credential', 'quarantine-principal'] as const;
/** Few enough to be reached. */
const STEPS_PER_HOUR = 1;
const DURATION_MS = 400;

const ACTS = [
  'propose',
  'propose-again',
  'run',
  'approve',
  'approve-other',
  'refuse',
  'undo',
  'expire',
  'enable',
  'disable',
  'protect',
  'unprotect',
] as const;
type Act = (typeof ACTS)[number];
const OFTEN: readonly Act[] = [
  'propose',
  'propose',
  'propose',
  'run',
  'run',
  'run',
  'expire',
  'undo',
  'undo',
];

function user(name: string): UserRecord {
  return {
    type: 'user',
    arn: `arn:aws:iam::${HOME}:user/${name}`,
    account: HOME,
    name,
    uniqueId: `AIDA${name.toUpperCase()}`,
    createdAtMs: 0,
    disabled: false,
    policies: [{ name: 'all', document: ALL }],
  };
}

function credential(name: string, accessKeyId: string): CredentialRecord {
  const principalArn = `arn:aws:iam::${HOME}:user/${name}`;
  return { accessKeyId, principalArn, sealedSecret: '', createdAtMs: 0, disabled: false };
}

function callerOf(name: string): Caller {
  const credentialId = `AKIA${name.toUpperCase()}`;
  return { credentialId, principalArn: `arn:aws:iam::${HOME}:user/${name}` };
}

/** A store with two incidents about `mallory`, a playbook that acts, and two people who respond. */
function newStore(): ReturnType<typeof openMemoryStore> {
  const incident: Omit<IncidentRecord, 'id'> = {
    ruleName: 'r',
    ruleTitle: 'r',
    ruleSha256: '',
    level: 'high',
    status: 'open',
    entity: {},
    summary: '',
    openedAtMs: 0,
    updatedAtMs: 0,
    lastSeenMs: 0,
    count: 1,
    events: [],
    comments: [],
  };
  const playbook: PlaybookRecord = {
    name: 'p',
    rules: ['r'],
    steps: STEPS.map((action) => ({ action, durationMs: DURATION_MS })),
    mode: 'act',
    disabled: false,
    updatedAtMs: 0,
    updatedBy: '',
  };
  const settings: ResponseSettingsRecord = {
    protectedArns: [],
    stepsPerHourMax: STEPS_PER_HOUR,
    twoPersonLevel: 'never',
    paused: false,
  };
  const records: readonly (readonly [string, object])[] = [
    ...['mallory', 'ann', 'bob'].map((name) => [`principal:${user(name).arn}`, user(name)] as const),
    [`credential:${CREDENTIAL}`, credential('mallory', CREDENTIAL)],
    ...['ann', 'bob'].map((name) => {
      const { credentialId } = callerOf(name);
      return [`credential:${credentialId}`, credential(name, credentialId)] as const;
    }),
    ...INCIDENTS.map((id) => [`incident:${id}`, { ...incident, id }] as const),
    ['playbook:p', playbook],
    ['response:settings', settings],
  ];
  const writes = records.map(([subject, record]) => ({ subject, record: JSON.stringify(record) }));
  const store = openMemoryStore();
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('{"action":"setup","actor":{}}') }]);
  return store;
}

function act(ledger: SharedLedger, kind: Act, position: number): Promise<Performed> {
  const node = ledger.node(position);
  const incidentId = INCIDENTS[ledger.below(2)] ?? INCIDENTS[0];
  const step = ledger.below(STEPS.length);
  const one = { remediationId: remediationId(incidentId, 'p', step) };
  const [ann, bob] = [callerOf('ann'), callerOf('bob')];
  switch (kind) {
    case 'propose':
    case 'propose-again':
      return ledger.perform(node, responderCaller, proposeRemediation, {
        again: kind === 'propose-again',
        evidence: { 'actor.arn': MALLORY, 'actor.credentialId': CREDENTIAL },
        incidentId,
        playbookName: 'p',
        step,
      });
    case 'run':
      return ledger.perform(node, responderCaller, runRemediation, one);
    case 'approve':
      return ledger.perform(node, ann, approveRemediation, one);
    case 'approve-other':
      return ledger.perform(node, bob, approveRemediation, one);
    case 'refuse':
      return ledger.perform(node, ann, refuseRemediation, one);
    case 'undo':
      return ledger.perform(node, bob, undoRemediation, one);
    case 'expire':
      return ledger.perform(node, systemCaller, expireRemediation, one);
    case 'enable':
      return ledger.perform(node, ann, enableCredential, { accessKeyId: CREDENTIAL });
    case 'disable':
      return ledger.perform(node, ann, disableCredential, { accessKeyId: CREDENTIAL });
    case 'protect':
    case 'unprotect':
      return ledger.perform(node, ann, putResponseSettings, {
        protectedArns: kind === 'protect' ? [MALLORY] : [],
      });
  }
}

/** What the record says that there must be: who disabled the credential last, and whose holds are there. */
interface Expected {
  credential: { readonly disabled: boolean; readonly disabledBy: string | undefined };
  readonly holds: Set<string>;
  /** Things that must not stand in a record. */
  readonly violations: string[];
}

/** Reads the record in its order, and does in the simplest way what it says. */
function expectedFrom(events: readonly AuditEvent[]): Expected {
  const expected: Expected = {
    credential: { disabled: false, disabledBy: undefined },
    holds: new Set(),
    violations: [],
  };
  let isProtected = false;
  const byItself: number[] = [];
  const approved = new Set<string>();
  for (const { action, change, outcome, parameters, time } of events) {
    if (outcome !== 'success' || change === undefined) continue;
    const after = change.after ?? {};
    const id = textOf(parameters?.['remediation']);
    if (action === 'credential.enable') expected.credential = { disabled: false, disabledBy: undefined };
    if (action === 'credential.disable') expected.credential = { disabled: true, disabledBy: undefined };
    if (action === 'response.settings') isProtected = JSON.stringify(after).includes(MALLORY);
    if (action === 'remediation.approve') approved.add(id);
    if (action === 'remediation.propose') approved.delete(id);
    if (action === 'remediation.run' && after['status'] === 'done') {
      if (isProtected) expected.violations.push(`${id} was run although its target is protected`);
      if (!approved.has(id)) byItself.push(Date.parse(time));
      if (after['nothingDone'] === true) continue;
      if (after['action'] === 'quarantine-principal') expected.holds.add(id);
      else expected.credential = { disabled: true, disabledBy: id };
    }
    const isBack =
      (action === 'remediation.undo' || action === 'remediation.expire') && after['reason'] === undefined;
    if (!isBack) continue;
    if (after['action'] === 'quarantine-principal') expected.holds.delete(id);
    else expected.credential = { disabled: false, disabledBy: undefined };
  }
  for (const [position, atMs] of byItself.entries()) {
    const since = byItself.slice(0, position).filter((other) => other > atMs - 3_600_000);
    if (since.length >= STEPS_PER_HOUR) expected.violations.push('more steps ran by themselves than may');
  }
  return expected;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function stateOf(ledger: SharedLedger): Omit<Expected, 'violations'> {
  const { credentials, quarantines } = ledger.node(0).replica;
  const record = credentials.get(CREDENTIAL);
  const holds = quarantines.get(MALLORY)?.holds ?? [];
  return {
    credential: { disabled: record?.disabled === true, disabledBy: record?.disabledBy },
    holds: new Set(holds.map(({ id }) => id)),
  };
}

/** Whether every step that says that it is done has its effect, or somebody else's act stands behind it in the record. */
function strayEffects(ledger: SharedLedger): readonly string[] {
  const { remediations } = ledger.node(0).replica;
  const { credential: found, holds } = stateOf(ledger);
  const done = new Set(
    [...remediations.values()].filter(({ status }) => status === 'done').map(({ id }) => id),
  );
  const effects = [...holds, ...(found.disabledBy === undefined ? [] : [found.disabledBy])];
  return effects.filter((id) => !done.has(id));
}

test('however they overlap, there is no effect without a record, no record without its effect, and no rail is passed', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.array(fc.constantFrom(...ACTS, ...OFTEN), { minLength: 6, maxLength: 40 }),
      async (seed, acts) => {
        const ledger = new SharedLedger(newStore(), 2, seed, turn);
        const attempts: Promise<Performed>[] = [];
        for (const [position, kind] of acts.entries()) {
          attempts.push(act(ledger, kind, position));
          for (let steps = ledger.below(20); steps > 0; steps -= 1) await ledger.step();
        }
        await ledger.settle(attempts);
        await ledger.drain();
        const events = ledger.events();
        const { violations, ...expected } = expectedFrom(events);
        assert.deepEqual(violations, []);
        assert.deepEqual(stateOf(ledger), expected);
        assert.deepEqual(strayEffects(ledger), []);
        for (const { action, change } of events) {
          if (action.startsWith('remediation.')) seen.add(`${action} ${textOf(change?.after?.['status'])}`);
        }
      },
    ),
    { numRuns: 300 },
  );
  for (const wanted of [
    'run done',
    'run proposed',
    'run refused',
    'undo undone',
    'expire expired',
    'approve approved',
  ]) {
    assert.ok(seen.has(`remediation.${wanted}`), `\`${wanted}\` never happened`);
  }
});

test('the check finds an effect that the record does not tell', async () => {
  const store = newStore();
  const changed = { ...credential('mallory', CREDENTIAL), disabled: true, disabledBy: 'rem-x' };
  const writes = [{ subject: `credential:${CREDENTIAL}`, record: JSON.stringify(changed) }];
  store.commit([{ judgedAt: 1, reads: [], writes, entry: Buffer.from('{"action":"setup","actor":{}}') }]);
  const ledger = new SharedLedger(store, 1, 1, turn);
  assert.deepEqual(strayEffects(ledger), ['rem-x']);
  assert.notDeepEqual(stateOf(ledger).credential, expectedFrom(ledger.events()).credential);
});
