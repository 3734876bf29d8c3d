import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { afterEach, test } from 'node:test';
import { type ApiClient, type ApiCredentials, createApiClient } from '@keywitness/api';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { createSignatureVerifier } from '../sigv4/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';

const ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const ID = `rem-${'a'.repeat(26)}`;
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(): Promise<{
  readonly bench: AdminBench;
  readonly client: ApiClient;
  readonly clientFor: (credentials: ApiCredentials) => ApiClient;
}> {
  const bench = new AdminBench(openMemoryStore(), {
    verifySignature: (service) =>
      createSignatureVerifier({
        region: 'us-east-1',
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
    createApiClient({ endpoint, region: 'us-east-1', credentials: async () => credentials });
  return { bench, client: clientFor(admin), clientFor };
}

test('playbooks are put, listed, switched and deleted', async () => {
  const { bench, client } = await serve();
  const put = await client.playbooks.put('contain', {
    rules: ['burst'],
    steps: [{ action: 'quarantine-principal', durationSeconds: 3600 }],
    mode: 'act',
  });
  assert.deepEqual(put.steps, [{ action: 'quarantine-principal', durationSeconds: 3600 }]);
  assert.match(put.updatedAt, /^20\d\d-.*Z$/);
  assert.deepEqual(bench.lastEvent().change?.after, {
    disabled: false,
    mode: 'act',
    rules: ['burst'],
    steps: ['quarantine-principal for 3600 seconds'],
  });
  assert.equal((await client.playbooks.disable('contain')).disabled, true);
  assert.equal((await client.playbooks.enable('contain')).disabled, false);
  assert.deepEqual(
    await client.playbooks.get('contain'),
    (await Array.fromAsync(client.playbooks.list()))[0],
  );
  const replaced = await client.playbooks.put('contain', {
    rules: ['burst'],
    steps: [{ action: 'revoke-sessions' }],
  });
  assert.equal(replaced.mode, 'propose');
  await client.playbooks.delete('contain');
  await assert.rejects(client.playbooks.get('contain'), { code: 'NotFound' });
  const nameless = { rules: ['burst'], steps: [{ action: 'call-function' as const }] };
  await assert.rejects(client.playbooks.put('contain', nameless), { code: 'Validation' });
});

test('the guard rails are read and changed one by one', async () => {
  const { client } = await serve();
  assert.deepEqual(await client.responseSettings.get(), {
    protectedArns: [],
    stepsPerHourMax: 10,
    twoPersonLevel: 'critical',
    paused: false,
  });
  await client.responseSettings.put({ paused: true });
  const changed = await client.responseSettings.put({
    protectedArns: ['arn:aws:iam::111122223333:user/ann'],
  });
  assert.deepEqual([changed.paused, changed.protectedArns.length], [true, 1]);
  await assert.rejects(client.responseSettings.put({ protectedArns: ['ann'] }), { code: 'InvalidArn' });
});

test('functions are kept with their secrets, which nobody is shown', async () => {
  const { bench, client } = await serve();
  const settings = { url: 'https://f.example/api/contain' };
  await client.functions.put('contain', {
    type: 'azure-function',
    settings,
    secrets: { key: 'canary-secret' },
  });
  const again = await client.functions.put('contain', { type: 'azure-function', settings });
  assert.deepEqual(again.settings, settings);
  assert.deepEqual(await Array.fromAsync(client.functions.list()), [again]);
  assert.doesNotMatch(JSON.stringify([again, bench.lastEvent()]), /canary-secret/);
  await assert.rejects(client.functions.put('other', { type: 'webhook', settings }), { code: 'Validation' });
  await client.functions.delete('contain');
  assert.deepEqual(await Array.fromAsync(client.functions.list()), []);
});

test('a principal under quarantine is denied, listed, explained and released', async () => {
  const { bench, client, clientFor } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user', policy: ALL });
  const ann = clientFor(await client.createCredential('ann'));
  const principalArn = 'arn:aws:iam::111122223333:user/ann';
  const incidentId = `inc-${'a'.repeat(26)}`;
  await client.quarantines.put({ principalArn, durationSeconds: 60, incidentId, reason: 'a test' });
  await assert.rejects(Array.fromAsync(ann.listPrincipals()), { code: 'AccessDenied' });
  const { decisions, id } = bench.lastEvent();
  assert.deepEqual([decisions?.[0]?.policyKind, decisions?.[0]?.policy], ['quarantine', incidentId]);
  const [listed] = await Array.fromAsync(client.quarantines.list());
  assert.deepEqual(
    [listed?.principalArn, listed?.incidentId, listed?.reason],
    [principalArn, incidentId, 'a test'],
  );
  const [explained] = (await client.access.explain(id)).decisions;
  assert.deepEqual([explained?.by?.policyKind, explained?.by?.policy], ['quarantine', incidentId]);
  assert.deepEqual([explained?.now?.by?.policyKind, explained?.now?.effect], ['quarantine', 'explicit-deny']);
  const can = await client.access.whatCan({ principal: 'ann' });
  assert.deepEqual(can.other, { yes: [], if: [] });
  await client.quarantines.release(principalArn);
  assert.ok((await Array.fromAsync(ann.listPrincipals())).length > 0);
  assert.equal((await client.access.explain(id)).decisions[0]?.now?.effect, 'allow');
});

test('there is no remediation that nobody proposed', async () => {
  const { client } = await serve();
  assert.deepEqual(await Array.fromAsync(client.remediations.list({ status: 'proposed' })), []);
  const { remediations } = client;
  for (const ask of [
    () => remediations.get(ID),
    () => remediations.approve(ID),
    () => remediations.refuse(ID, 'no'),
    () => remediations.run(ID),
    () => remediations.undo(ID),
  ]) {
    await assert.rejects(ask, { code: 'NotFound' });
  }
});
