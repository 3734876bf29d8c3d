import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { afterEach, test } from 'node:test';
import {
  type ApiClient,
  type ApiCredentials,
  createApiClient,
  readWith,
  sessionCredentialsSchema,
} from '@keywitness/api';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { createSignatureVerifier } from '../sigv4/index.ts';
import { AdminBench, BenchAnswer, type BenchCredential } from './admin-bench.test-fixture.ts';

const SHA256 = 'ab'.repeat(32);
const allowAll =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:*","Resource":"*"}]}';

interface Served {
  readonly bench: AdminBench;
  readonly admin: BenchCredential;
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

function newBench(): AdminBench {
  return new AdminBench(openMemoryStore(), {
    verifySignature: (service) =>
      createSignatureVerifier({
        region: 'us-east-1',
        services: ['keywitness'],
        clockSkewMs: 300_000,
        nowMs: () => Date.now(),
        signatureKey: (accessKeyId, scope, token) => service.signatureKey(accessKeyId, scope, token),
      }),
  });
}

async function serve(): Promise<Served> {
  const bench = newBench();
  const admin = await bench.administrator();
  const { server, endpoint } = await bench.serve();
  servers.push(server);
  const clientFor = (credentials: ApiCredentials): ApiClient =>
    createApiClient({ endpoint, region: 'us-east-1', credentials: async () => credentials });
  return { bench, admin, client: clientFor(admin), clientFor };
}

test('accounts are created, listed, read and renamed', async () => {
  const { client } = await serve();
  const created = await client.organization.createAccount({ name: 'production', accountId: '444455556666' });
  assert.equal(created.administratorRoleArn, 'arn:aws:iam::444455556666:role/AccountAdministrator');
  assert.match(created.createdAt, /^20\d\d-.*Z$/);
  const listed = await Array.fromAsync(client.organization.listAccounts());
  assert.deepEqual(
    listed.map(({ accountId, name }) => [accountId, name]),
    [
      ['111122223333', 'management'],
      ['444455556666', 'production'],
    ],
  );
  const renamed = await client.organization.renameAccount('444455556666', 'shop');
  assert.deepEqual(await client.organization.getAccount('444455556666'), renamed);
  const twice = client.organization.createAccount({ name: 'shop' });
  await assert.rejects(twice, { code: 'AlreadyExists', status: 409 });
});

test('the organization is read, and the account set that owns the record', async () => {
  const { client } = await serve();
  await client.organization.createAccount({ name: 'security', accountId: '777788889999' });
  const { organizationId, auditAccount } = await client.organization.get();
  assert.match(organizationId, /^o-[a-z2-7]{10}$/);
  assert.equal(auditAccount, '111122223333');
  const changed = await client.organization.setAuditAccount('777788889999');
  assert.equal(changed.auditAccount, '777788889999');
});

test('guardrails are put and deleted at both levels', async () => {
  const { client } = await serve();
  await client.organization.createAccount({ name: 'production', accountId: '444455556666' });
  for (const level of [{}, { accountId: '444455556666' }]) {
    const put = await client.organization.putGuardrail('keys', allowAll, level);
    assert.deepEqual(put.guardrails, [{ name: 'keys', document: allowAll }]);
    assert.ok(Array.isArray(put.warnings));
    assert.deepEqual(await client.organization.deleteGuardrail('keys', level), { guardrails: [] });
  }
  const denying = allowAll.replace('Allow', 'Deny');
  await assert.rejects(client.organization.putGuardrail('none', denying), { code: 'InvalidState' });
  await client.organization.putGuardrail('none', denying, { force: true });
});

test('short-lived credentials of one’s own work until they are revoked', async () => {
  const { client, clientFor } = await serve();
  const credentials = await client.sessions.create({ durationSeconds: 900 });
  const lasts = Date.parse(credentials.expiresAt) - Date.now();
  assert.ok(lasts > 0 && lasts <= 900_000, credentials.expiresAt);
  const session = clientFor(credentials);
  await session.organization.get();
  await assert.rejects(session.sessions.create(), { code: 'AccessDenied' });
  const revoked = await client.sessions.revoke(credentials.accessKeyId);
  assert.match(revoked.expiresAt, /^20\d\d-.*Z$/);
  await assert.rejects(session.organization.get(), { code: 'CredentialInvalid', status: 401 });
  const second = clientFor(await client.sessions.create());
  await second.organization.get();
  await client.sessions.revokeAll(credentials.principalArn);
  await assert.rejects(second.organization.get(), { code: 'CredentialInvalid', status: 401 });
  await clientFor(await client.sessions.create()).organization.get();
});

test('certificates are registered, listed, disabled, enabled and deleted', async () => {
  const { client } = await serve();
  await client.createPrincipal({ name: 'machine', type: 'service' });
  const params = { principalName: 'machine', sha256: SHA256, description: 'rack 7' };
  const registered = await client.certificates.register(params);
  assert.deepEqual(await Array.fromAsync(client.certificates.list()), [registered]);
  assert.equal((await client.certificates.disable(SHA256)).disabled, true);
  assert.equal((await client.certificates.enable(SHA256)).disabled, false);
  await client.certificates.delete(SHA256);
  assert.deepEqual(await Array.fromAsync(client.certificates.list()), []);
  const wrong = client.certificates.register({ principalName: 'machine', sha256: 'abc' });
  await assert.rejects(wrong, { code: 'Validation', status: 400 });
});

/** Sends an unsigned request over a connection on which a certificate was verified. */
async function withCertificate(
  bench: AdminBench,
  sha256: string | undefined,
  target: string,
  rawHeaders: readonly string[] = [],
  relay: { readonly isRelayed?: true } = {},
): Promise<BenchAnswer> {
  const request = bench.request(target === '/v1/sessions' ? 'POST' : 'GET', target);
  const notAfter = new Date(Date.now() + 600_000).toISOString();
  const certificate = {
    issuer: 'CN=ca',
    notAfter,
    serial: '01',
    sha256: sha256 ?? '',
    subject: 'CN=machine',
  };
  const client = {
    ...request.attempt.client,
    ...(sha256 === undefined ? { certificateError: 'CERT_HAS_EXPIRED' } : { certificate }),
  };
  const attempt = { ...request.attempt, ...relay, client };
  return new BenchAnswer(await bench.handle({ ...request, attempt, rawHeaders: [...rawHeaders] }));
}

test('an unsigned request is of whom the verified certificate of its connection stands for', async () => {
  const { bench, client, clientFor } = await serve();
  await client.createPrincipal({ name: 'machine', type: 'service', policy: allowAll });
  assert.equal((await withCertificate(bench, SHA256, '/v1/organization')).status, 401);
  await client.certificates.register({ principalName: 'machine', sha256: SHA256 });
  assert.equal((await withCertificate(bench, SHA256, '/v1/organization')).status, 200);
  assert.equal(bench.lastEvent().actor.credentialId, `certificate:${SHA256}`);
  assert.equal((await withCertificate(bench, undefined, '/v1/organization')).status, 401);
  assert.equal((await withCertificate(bench, 'cd'.repeat(32), '/v1/organization')).status, 401);
  const created: unknown = JSON.parse((await withCertificate(bench, SHA256, '/v1/sessions')).text());
  const reading = readWith('the answer', sessionCredentialsSchema, created);
  assert.ok(reading.kind === 'read');
  const credentials = reading.value;
  await clientFor(credentials).organization.get();
  await client.certificates.disable(SHA256);
  assert.equal((await withCertificate(bench, SHA256, '/v1/organization')).status, 401);
  await assert.rejects(clientFor(credentials).organization.get(), { code: 'CredentialInvalid' });
});

test('the certificate of a proxy says nothing of whom the proxy speaks for', async () => {
  const { bench, client } = await serve();
  await client.createPrincipal({ name: 'proxy', type: 'service', policy: allowAll });
  await client.certificates.register({ principalName: 'proxy', sha256: SHA256 });
  assert.equal((await withCertificate(bench, SHA256, '/v1/organization')).status, 200);
  const relayed = await withCertificate(bench, SHA256, '/v1/organization', [], { isRelayed: true });
  assert.equal(relayed.status, 401);
  assert.equal(bench.lastEvent().action, 'request.unauthenticated');
});

test('a signature that does not hold is not made good by a certificate', async () => {
  const { bench, client } = await serve();
  await client.createPrincipal({ name: 'machine', type: 'service', policy: allowAll });
  await client.certificates.register({ principalName: 'machine', sha256: SHA256 });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEEXAMPLE22/20300101/us-east-1/keywitness/aws4_request';
  const headers = ['authorization', `${authorization}, SignedHeaders=host, Signature=${'0'.repeat(64)}`];
  assert.equal((await withCertificate(bench, SHA256, '/v1/organization', headers)).status, 401);
});
