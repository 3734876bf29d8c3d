import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  insecureDeterministicEntropy,
  openWebhookSigningKey,
  takeSecretKey,
} from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import type {
  FunctionRecord,
  IncidentRecord,
  PlaybookRecord,
  RemediationRecord,
} from '../../core/operations/index.ts';
import { type Acted, RemediationFollower, type RemediationFollowerOptions } from './index.ts';
import type { OutboundPost, Posted } from '../outbound/index.ts';

const NOW_MS = 1_800_000_000_000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-remediation-'));
  folders.push(folder);
  return join(folder, 'remediation.db');
}

/** A log, a state and a front that the test makes up, with everything that was asked for. */
class World {
  readonly entries: string[] = [];
  readonly asked: string[] = [];
  readonly evidence: unknown[] = [];
  readonly posted: OutboundPost[] = [];
  readonly failures: string[] = [];
  readonly timers: (() => void)[] = [];
  readonly playbooks: PlaybookRecord[] = [];
  readonly incidents = new Map<string, IncidentRecord>();
  readonly remediations = new Map<string, RemediationRecord>();
  readonly functions = new Map<string, FunctionRecord>();
  readonly keyring: Keyring = new Keyring(takeSecretKey(new Uint8Array(32).fill(7)));
  /** What a front answers; replaced by tests. */
  answer: (name: string, params: Readonly<Record<string, unknown>>) => Acted = () => released('proposed');
  answerPost: () => Posted = () => ({ kind: 'answered', status: 200, headers: {}, text: '' });

  options(path: string): RemediationFollowerOptions {
    return {
      reader: {
        size: () => this.entries.length,
        read: (first, entriesMax) => ({
          first,
          entries: this.entries.slice(first, first + entriesMax).map((entry) => Buffer.from(entry)),
        }),
      },
      state: {
        playbooks: () => this.playbooks,
        incident: (id) => this.incidents.get(id),
        remediation: (id) => this.remediations.get(id),
        unfinished: () => [...this.remediations.values()],
        function: (name) => this.functions.get(name),
      },
      path,
      keyring: this.keyring,
      nowMs: () => NOW_MS,
      schedule: (_delayMs, task) => void this.timers.push(task),
      act: async (name, params) => {
        const about = params['playbookName'] ?? params['remediationId'];
        this.asked.push(`${name} ${String(about)}`);
        if (params['evidence'] !== undefined) this.evidence.push(params['evidence']);
        return this.answer(name, params);
      },
      post: async (request) => {
        this.posted.push(request);
        return this.answerPost();
      },
      onFailure: ({ message }) => void this.failures.push(message),
    };
  }

  event(action: string, more: object = {}): number {
    const time = new Date(NOW_MS).toISOString();
    const event = {
      action,
      change: { after: {} },
      outcome: 'success',
      schema: 'keywitness.event/1',
      time,
      ...more,
    };
    this.entries.push(JSON.stringify(event));
    return this.entries.length - 1;
  }

  /** An incident of the rule `r` with these events as evidence, and the event that opened it. */
  incident(id: string, evidence: readonly number[] = [], action = 'incident.open'): void {
    const events = evidence.map((index) => ({ id: `event-${index}`, index, timeMs: NOW_MS }));
    this.incidents.set(id, {
      id,
      ruleName: 'r',
      ruleTitle: 'A rule',
      ruleSha256: '',
      level: 'high',
      status: 'open',
      entity: {},
      summary: 'something happened',
      openedAtMs: 0,
      updatedAtMs: 0,
      lastSeenMs: 0,
      count: 1,
      events,
      comments: [],
    });
    this.event(action, { parameters: { incident: id } });
  }

  playbook(name: string, mode: PlaybookRecord['mode'], more: Partial<PlaybookRecord> = {}): void {
    this.playbooks.push({
      name,
      rules: ['r'],
      steps: [{ action: 'disable-credential' }],
      mode,
      disabled: false,
      updatedAtMs: 0,
      updatedBy: '',
      ...more,
    });
  }

  function(type: FunctionRecord['type'], settings: Readonly<Record<string, string>>, secrets: object): void {
    const bytes = Buffer.from(JSON.stringify(secrets));
    const entropy = insecureDeterministicEntropy('a function');
    const sealedSecrets = this.keyring.sealSecret(['function', 'f'], bytes, entropy);
    this.functions.set('f', { name: 'f', type, settings, sealedSecrets, updatedAtMs: 0, updatedBy: '' });
  }

  calling(id: string): void {
    const record: RemediationRecord = {
      id,
      incidentId: 'inc-a',
      level: 'high',
      playbookName: 'p',
      step: 0,
      action: 'call-function',
      functionName: 'f',
      target: 'f',
      account: '111122223333',
      about: [],
      status: 'calling',
      createdAtMs: 0,
      updatedAtMs: 0,
      approvals: [],
    };
    this.remediations.set(id, record);
  }
}

function released(status: string, id = 'rem-a'): Acted {
  return { kind: 'released', result: { id, status } };
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

const WAIT_MS_MAX = 10_000;

/** Turns until something has happened: signatures are made on other threads. */
async function until(hasHappened: () => boolean): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX;
  while (!hasHappened() && performance.now() < endMs) await turn();
}

/** Starts a follower, lets it do what there is, and stops it. */
async function followOnce(world: World, path: string, isDone: () => boolean = () => true): Promise<void> {
  const follower = new RemediationFollower(world.options(path));
  follower.start();
  await settled();
  await until(isDone);
  await follower.stop();
}

test('an open incident has the steps of its rule’s playbooks proposed, and run where they act', async () => {
  const world = new World();
  world.playbook('watch', 'propose');
  world.playbook('contain', 'act', { steps: [{ action: 'disable-credential' }, { action: 'disable-key' }] });
  world.playbook('off', 'act', { disabled: true });
  world.playbook('other', 'act', { rules: ['another'] });
  world.event('key.decrypt');
  world.incident('inc-a');
  await followOnce(world, newPath());
  assert.deepEqual(world.asked, [
    'ProposeRemediation watch',
    'ProposeRemediation contain',
    'RunRemediation rem-a',
    'ProposeRemediation contain',
    'RunRemediation rem-a',
  ]);
});

test('the evidence says what all events of the incident say, and nothing of an actor that was only claimed', async () => {
  const world = new World();
  const actor = { arn: 'arn:aws:iam::1:user/a', credentialId: 'AKIA1' };
  world.event('key.decrypt', { actor, key: { id: 'k1' } });
  world.event('key.decrypt', { actor, key: { id: 'k2' } });
  world.event('request.unauthenticated', { actor: { ...actor, unverified: true } });
  world.playbook('p', 'propose');
  world.incident('inc-a', [0, 1]);
  world.incident('inc-b', [2]);
  await followOnce(world, newPath());
  assert.deepEqual(world.evidence, [{ 'actor.arn': actor.arn, 'actor.credentialId': 'AKIA1' }, {}]);
});

test('what was approved is run, and what was read is not read again by the next process', async () => {
  const world = new World();
  const path = newPath();
  world.event('remediation.approve', {
    parameters: { remediation: 'rem-x' },
    change: { after: { status: 'approved' } },
  });
  world.event('remediation.approve', {
    parameters: { remediation: 'rem-y' },
    change: { after: { status: 'proposed' } },
  });
  world.answer = () => released('done');
  await followOnce(world, path);
  assert.deepEqual(world.asked, ['RunRemediation rem-x']);
  await followOnce(world, path);
  assert.equal(world.asked.length, 1);
});

test('what could not be recorded is tried again and the cursor stays before it, also over a restart', async () => {
  const world = new World();
  const path = newPath();
  world.playbook('p', 'propose');
  world.incident('inc-a');
  world.answer = () => ({ kind: 'refused', code: 'Unavailable', message: 'no' });
  await followOnce(world, path);
  assert.deepEqual([world.asked.length, world.failures.length], [1, 1]);
  const follower = new RemediationFollower(world.options(path));
  follower.start();
  await settled();
  assert.equal(world.asked.length, 2);
  world.answer = () => released('proposed');
  world.timers.at(-1)?.();
  await settled();
  assert.deepEqual([world.asked.length, follower.behind], [3, 0]);
  await follower.stop();
});

test('a cursor that cannot be read is made anew, and the last hour is read again', async () => {
  const path = newPath();
  const world = new World();
  world.playbook('p', 'propose');
  world.incident('inc-a');
  for (const damage of ['garbage '.repeat(2000), undefined]) {
    if (damage === undefined) {
      const file = new DatabaseSync(path);
      file.exec('PRAGMA user_version = 999');
      file.close();
    } else writeFileSync(path, damage);
    await followOnce(world, path);
  }
  assert.deepEqual(world.asked, ['ProposeRemediation p', 'ProposeRemediation p']);
  assert.equal(world.failures.length, 2);
});

test('a new incident is followed while the process runs, and one that is opened again is asked for again', async () => {
  const world = new World();
  world.playbook('p', 'propose');
  const follower = new RemediationFollower(world.options(newPath()));
  follower.start();
  await settled();
  world.incident('inc-a', [], 'incident.reopen');
  follower.advance(world.entries.length);
  await settled();
  assert.deepEqual(world.asked, ['ProposeRemediation p']);
  await follower.stop();
});

test('a function is called with a signature over its id, its time and its body, and the outcome is recorded', async () => {
  const world = new World();
  world.function('webhook', { url: 'https://hooks.example/' }, { secret: SECRET });
  world.incidents.clear();
  world.incident('inc-a');
  world.calling('rem-f');
  const recorded: unknown[] = [];
  world.answer = (name, params) => {
    if (name === 'RecordRemediation') recorded.push(params);
    return released('done');
  };
  await followOnce(world, newPath(), () => recorded.length > 0);
  const [request] = world.posted;
  assert.ok(request !== undefined);
  const { body, headers, url } = request;
  assert.equal(url, 'https://hooks.example/');
  assert.equal(headers['webhook-id'], 'rem-f');
  const signed = `rem-f.${headers['webhook-timestamp'] ?? ''}.${body}`;
  assert.equal(headers['webhook-signature'], openWebhookSigningKey(SECRET)?.sign(signed));
  assert.match(body, /"summary":"something happened"/);
  assert.deepEqual(recorded, [{ remediationId: 'rem-f', succeeded: true, outcome: 'it answered `200`' }]);
});

test('a function of AWS Lambda is invoked with SigV4, and one that threw has failed', async () => {
  const world = new World();
  const settings = { region: 'eu-central-1', functionName: 'contain', accessKeyId: 'AKIAFUNCTION' };
  world.function('aws-lambda', settings, { secretAccessKey: 'a secret' });
  world.calling('rem-f');
  world.answerPost = () => ({
    kind: 'answered',
    status: 200,
    headers: { 'x-amz-function-error': 'Unhandled' },
    text: '',
  });
  const recorded: unknown[] = [];
  world.answer = (name, params) => {
    if (name === 'RecordRemediation') recorded.push(params['succeeded']);
    return released('done');
  };
  await followOnce(world, newPath(), () => recorded.length > 0);
  const [request] = world.posted;
  assert.equal(
    request?.url,
    'https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/contain/invocations',
  );
  assert.match(
    request.headers['authorization'] ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIAFUNCTION\/20270115\/eu-central-1\/lambda\/aws4_request, /,
  );
  assert.deepEqual(recorded, [false]);
});

test('an Azure function is called with its key; what may pass is tried again, a few times, and then has failed', async () => {
  const world = new World();
  world.function('azure-function', { url: 'https://f.example/api/contain' }, { key: 'a key' });
  world.calling('rem-f');
  world.answerPost = () => ({ kind: 'answered', status: 503, headers: {}, text: '' });
  const recorded: unknown[] = [];
  world.answer = (name, params) => {
    if (name === 'RecordRemediation') recorded.push(params['succeeded']);
    return released('failed');
  };
  const follower = new RemediationFollower(world.options(newPath()));
  follower.start();
  for (let tries = 1; tries < 5; tries += 1) {
    await until(() => world.timers.length > 0);
    for (const task of world.timers.splice(0)) task();
  }
  await until(() => recorded.length > 0);
  assert.deepEqual([world.posted.length, recorded], [5, [false]]);
  assert.equal(world.posted[0]?.headers['x-functions-key'], 'a key');
  await follower.stop();
});

test('a function that refuses is not asked again', async () => {
  const world = new World();
  world.function('azure-function', { url: 'https://f.example/api/contain' }, { key: 'a key' });
  world.calling('rem-f');
  world.answerPost = () => ({ kind: 'answered', status: 401, headers: {}, text: '' });
  await followOnce(world, newPath(), () => world.asked.length > 0);
  assert.equal(world.posted.length, 1);
  assert.deepEqual(world.asked, ['RecordRemediation rem-f']);
});
