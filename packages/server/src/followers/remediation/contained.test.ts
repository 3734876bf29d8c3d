import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { takeSecretKey } from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import {
  type IncidentRecord,
  type Operation,
  Params,
  proposeRemediation,
  putFunction,
  putPlaybook,
  recordRemediation,
  responderCaller,
  runRemediation,
} from '../../core/operations/index.ts';
import { TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { OutboundPost } from '../outbound/index.ts';
import { RemediationFollower, type RemediationFollowerOptions } from './index.ts';

const TURNS_MAX = 10_000;
const ACTS: ReadonlyMap<string, Operation> = new Map(
  [proposeRemediation, recordRemediation, runRemediation].map((operation) => [operation.name, operation]),
);

test('an incident about a principal is contained: follower, operations and record together', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-contained-'));
  const store = openMemoryStore();
  const bench = new TestBench(store);
  const admin = bench.addUser('root');
  const mallory = bench.addUser('mallory');
  const perform = async (operation: Operation, params: object): Promise<void> => {
    const request = bench.request(operation.name);
    const performed = await bench.service.perform(operation, request, admin, new Params({ ...params }));
    assert.equal(performed.kind, 'released');
  };
  const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  const settings = { url: 'https://hooks.example/' };
  await perform(putFunction, { functionName: 'tell', type: 'webhook', settings, secrets: { secret } });
  const steps = bench.structures([
    { action: 'quarantine-principal', durationSeconds: 60 },
    { action: 'call-function', functionName: 'tell' },
  ]);
  await perform(putPlaybook, { playbookName: 'contain', rules: ['listing'], steps, mode: 'act' });
  await bench.result(mallory, 'ListKeys');
  const evidence = { id: bench.lastEvent().id, index: store.size() - 1, timeMs: bench.nowMs };
  const posted: OutboundPost[] = [];
  const follower = new RemediationFollower(optionsOf(bench, store, folder, posted));
  follower.start();
  raise(bench, store, evidence);
  follower.advance(store.size());
  const isRecorded = (): boolean => bench.lastEvent().action === 'remediation.record';
  for (let turns = 0; turns < TURNS_MAX && !isRecorded(); turns += 1) await turn();
  await follower.stop();
  rmSync(folder, { recursive: true });
  assert.equal((await bench.refusal(mallory, 'ListKeys'))[0], 'AccessDenied');
  assert.equal(bench.lastEvent().decisions?.[0]?.policy, 'inc-a');
  assert.equal(posted.length, 1);
  const done = bench.events().filter(({ action }) => action.startsWith('remediation.'));
  assert.deepEqual(
    done.map(({ action, change }) => [action, change?.after?.['action'], change?.after?.['status']]),
    [
      ['remediation.propose', 'quarantine-principal', 'proposed'],
      ['remediation.run', 'quarantine-principal', 'done'],
      ['remediation.propose', 'call-function', 'proposed'],
      ['remediation.run', 'call-function', 'calling'],
      ['remediation.record', 'call-function', 'done'],
    ],
  );
  bench.nowMs += 60_000;
  await bench.result(mallory, 'ListKeys');
});

/** A follower's parts over a real service, as main would join them; requests to functions are kept, and answered. */
function optionsOf(
  bench: TestBench,
  store: ReturnType<typeof openMemoryStore>,
  folder: string,
  posted: OutboundPost[],
): RemediationFollowerOptions {
  const { replica } = bench;
  return {
    reader: store,
    state: {
      playbooks: () => [...replica.playbooks.values()],
      incident: (id) => replica.incidents.get(id),
      remediation: (id) => replica.remediations.get(id),
      unfinished: () => [...replica.remediations.values()],
      function: (name) => replica.functions.get(name),
    },
    path: join(folder, 'remediation.db'),
    keyring: new Keyring(takeSecretKey(new Uint8Array(32).fill(7))),
    nowMs: () => bench.nowMs,
    schedule: () => undefined,
    async act(name, params) {
      const operation = ACTS.get(name);
      assert.ok(operation !== undefined, name);
      const request = bench.request(name);
      const performed = await bench.service.perform(operation, request, responderCaller, new Params(params));
      if (performed.kind === 'released') return performed;
      return { kind: 'refused', code: performed.error.code, message: performed.error.message };
    },
    async post(request) {
      posted.push(request);
      return { kind: 'answered', status: 204, headers: {}, text: '' };
    },
    onFailure: (error) => {
      throw error;
    },
  };
}

/** Writes an incident and the event that opened it, in one commit. */
function raise(
  { nowMs, replica }: TestBench,
  store: ReturnType<typeof openMemoryStore>,
  evidence: IncidentRecord['events'][number],
): void {
  const incident: IncidentRecord = {
    id: 'inc-a',
    ruleName: 'listing',
    ruleTitle: 'Keys were listed',
    ruleSha256: '',
    level: 'high',
    status: 'open',
    entity: {},
    summary: 'somebody listed keys',
    openedAtMs: nowMs,
    updatedAtMs: nowMs,
    lastSeenMs: nowMs,
    count: 1,
    events: [evidence],
    comments: [],
  };
  const event = {
    action: 'incident.open',
    change: { after: { status: 'open' } },
    outcome: 'success',
    parameters: { incident: 'inc-a' },
    schema: 'keywitness.event/1',
    time: new Date(nowMs).toISOString(),
  };
  const writes = [{ subject: 'incident:inc-a', record: JSON.stringify(incident) }];
  const entry = Buffer.from(JSON.stringify(event));
  replica.apply(store.commit([{ judgedAt: 0, reads: [], writes, entry }]).changes);
}
