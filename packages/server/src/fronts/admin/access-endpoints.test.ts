import assert from 'node:assert/strict';
import { sha256Hex } from '../../core/crypto/index.ts';
import { afterEach, test } from 'node:test';
import type { Server } from 'node:http';
import { type ApiClient, type ApiCredentials, ApiError, createApiClient } from '@keywitness/api';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { createSignatureVerifier } from '../sigv4/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';

const READ_ONLY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:List*","Resource":"*"}]}';
const NOTHING =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"keywitness:*","Resource":"*"}]}';

interface Served {
  readonly bench: AdminBench;
  readonly client: ApiClient;
  readonly clientFor: (credentials: ApiCredentials) => ApiClient;
}

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(): Promise<Served> {
  const region = 'us-east-1';
  const bench = new AdminBench(openMemoryStore(), {
    verifySignature: (service) =>
      createSignatureVerifier({
        region,
        services: ['keywitness'],
        clockSkewMs: 300_000,
        nowMs: () => Date.now(),
        signatureKey: (accessKeyId, scope, token) => service.signatureKey(accessKeyId, scope, token),
      }),
  });
  const admin = await bench.administrator();
  const { server, endpoint } = await bench.serve();
  servers.push(server);
  const clientFor = (credentials: ApiCredentials): ApiClient =>
    createApiClient({ endpoint, region, credentials: async () => credentials });
  return { bench, client: clientFor(admin), clientFor };
}

test('a question is on the record before it is answered, with policies by their digest', async () => {
  const { bench, client } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user', policy: READ_ONLY });
  const question = { for: 'user:ann', document: NOTHING, from: '2020-01-01T00:00:00Z' };
  const answer = await client.access.replay(question);
  assert.equal(answer.for, 'user:ann');
  const { action, decisions, parameters } = bench.lastEvent();
  assert.equal(action, 'access.replay');
  assert.deepEqual(parameters, { documentSha256: sha256Hex(NOTHING), for: 'user:ann', from: question.from });
  assert.equal(decisions?.[0]?.permission, 'keywitness:ReplayEvents');
});

test('each question is answered', async () => {
  const { bench, client } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user', policy: READ_ONLY });
  const can = await client.access.whatCan({ principal: 'ann' });
  assert.deepEqual(can.other.yes, ['keywitness:ListEvents']);
  const { losses } = await client.access.diff({ for: 'user:ann', new: NOTHING });
  assert.deepEqual(
    losses.map(({ action, principal }) => [principal.split('/')[1], action]),
    [['ann', 'keywitness:ListEvents']],
  );
  const explained = await client.access.explain(bench.lastEvent().id);
  assert.equal(explained.decisions[0]?.by?.statement, 'Administrator');
  assert.match(explained.decisions[0]?.by?.text ?? '', /"Action":"\*"/);
  const progress: number[] = [];
  const unused = await client.access.unused({}, { onProgress: ({ done }) => progress.push(done) });
  assert.ok(unused.items.some(({ id }) => id.endsWith(':user/ann')));
  const lint = await client.access.lint({ for: 'user:ann', document: READ_ONLY });
  assert.ok(Array.isArray(lint.warnings));
});

test('what there is not, and what cannot be read, has its own answer', async () => {
  const { client } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user', policy: READ_ONLY });
  const refusal = async (asking: Promise<unknown>): Promise<string> => {
    const error: unknown = await asking.then(() => undefined).catch((cause: unknown) => cause);
    return error instanceof ApiError ? `${error.status} ${error.code}` : String(error);
  };
  const { access } = client;
  assert.equal(await refusal(access.whoCan({ action: 'Decrypt', key: 'alias/none' })), '404 NotFound');
  assert.equal(await refusal(access.replay({ for: 'user:eve', document: NOTHING })), '404 NotFound');
  assert.equal(await refusal(access.replay({ for: 'user:ann', document: '{}' })), '400 MalformedPolicy');
  assert.equal(await refusal(access.lint({ for: 'user:ann', document: 'x' })), '400 MalformedPolicy');
  assert.equal(await refusal(access.diff({ for: 'house', new: NOTHING })), '400 Validation');
  const id = '01980000-0000-7000-8000-000000000000';
  assert.equal(await refusal(access.explain(id)), '404 NotFound');
});

test('whoever may not ask is told nothing, and each question has a permission', async () => {
  const { client, clientFor, bench } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user', policy: READ_ONLY });
  const ann = clientFor(await client.createCredential('ann'));
  const { access } = ann;
  const questions: readonly (readonly [permission: string, asking: () => Promise<unknown>])[] = [
    ['keywitness:ExplainEvent', () => access.explain(bench.lastEvent().id)],
    ['keywitness:AnalyzeAccess', () => access.whoCan({ action: 'Decrypt', key: 'k' })],
    ['keywitness:AnalyzeAccess', () => access.whatCan({ principal: 'ann' })],
    ['keywitness:AnalyzeAccess', () => access.diff({ for: 'user:ann', new: NOTHING })],
    ['keywitness:ReplayEvents', () => access.replay({ for: 'user:ann', document: NOTHING })],
    ['keywitness:AnalyzeAccess', () => access.lint({ for: 'user:ann' })],
    ['keywitness:ReplayEvents', () => access.unused({})],
  ];
  for (const [permission, asking] of questions) {
    await assert.rejects(asking(), { code: 'AccessDenied' });
    assert.equal(bench.lastEvent().decisions?.[0]?.permission, permission);
  }
});
