import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { afterEach, test } from 'node:test';
import {
  type ApiClient,
  type ApiCredentials,
  ApiError,
  createApiClient,
  type IndexedEvent,
} from '@keywitness/api';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { createSignatureVerifier } from '../sigv4/index.ts';
import { AdminBench, type BenchCredential } from './admin-bench.test-fixture.ts';

const everything =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:*","Resource":"*"}]}';

/** A bench that is served over HTTP and checks signatures for real. */
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

async function serve(): Promise<Served> {
  const bench = new AdminBench(openMemoryStore(), {
    verifySignature: (service) =>
      createSignatureVerifier({
        region: 'us-east-1',
        services: ['keywitness'],
        clockSkewMs: 300_000,
        nowMs: () => Date.now(),
        signatureKey: (accessKeyId, scope) => service.signatureKey(accessKeyId, scope),
      }),
  });
  const admin = await bench.administrator();
  const { server, endpoint } = await bench.serve();
  servers.push(server);
  const clientFor = (credentials: ApiCredentials): ApiClient =>
    createApiClient({ endpoint, region: 'us-east-1', credentials: async () => credentials });
  return { bench, admin, client: clientFor(admin), clientFor };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function rejectsWith(promise: Promise<unknown>, code: string, status: number): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.code, error.status], [code, status]);
    return true;
  });
}

test('principals and credentials are administered, and a new credential works at once', async () => {
  const { admin, bench, client, clientFor } = await serve();
  const name = 'a+b=c,d.e@f-g_1';
  const answer = await client.createPrincipal({ name, type: 'service', policy: everything });
  const { warnings, ...created } = answer;
  assert.ok(warnings?.some(({ code }) => code === 'wildcard-action'));
  assert.equal(created.arn, admin.arn.replace('admin', name));
  assert.deepEqual(created.policies, [{ name: 'default', document: everything }]);
  const credential = await client.createCredential(name);
  const own = clientFor(credential);
  const { lastUsedAt, ...read } = await own.getPrincipal(name);
  assert.deepEqual(read, created);
  assert.ok(lastUsedAt !== undefined && lastUsedAt >= created.createdAt);
  const names = (await collect(own.listPrincipals())).map((principal) => principal.name);
  assert.deepEqual(names, [name, 'admin']);
  const listed = await collect(client.listCredentials());
  assert.deepEqual(
    listed.map(({ accessKeyId }) => accessKeyId),
    [admin.accessKeyId, credential.accessKeyId].toSorted(),
  );
  await client.createCredential(name);
  await rejectsWith(client.createCredential(name), 'LimitExceeded', 409);
  assert.equal((await client.disableCredential(credential.accessKeyId)).disabled, true);
  await rejectsWith(own.getPrincipal(name), 'UnrecognizedClient', 401);
  await client.enableCredential(credential.accessKeyId);
  assert.equal((await client.disablePrincipal(name)).disabled, true);
  await rejectsWith(own.getPrincipal(name), 'UnrecognizedClient', 401);
  await client.enablePrincipal(name);
  await own.getPrincipal(name);
  await client.deleteCredential(credential.accessKeyId);
  await rejectsWith(own.getPrincipal(name), 'UnrecognizedClient', 401);
  for (const entry of bench.entries()) assert.ok(!entry.includes(credential.secretAccessKey));
});

test('policies are attached and removed', async () => {
  const { client } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user' });
  const added = await client.putPrincipalPolicy('ann', 'p@1', everything);
  assert.deepEqual(added.policyNames, ['p@1']);
  await rejectsWith(client.putPrincipalPolicy('ann', 'p2', '{}'), 'MalformedPolicy', 400);
  assert.deepEqual((await client.deletePrincipalPolicy('ann', 'p@1')).policies, []);
  await rejectsWith(client.deletePrincipalPolicy('admin', 'Administrator'), 'InvalidState', 409);
  await client.deletePrincipalPolicy('admin', 'Administrator', { force: true });
  await rejectsWith(client.getPrincipal('ann'), 'AccessDenied', 403);
});

test('an error says where it is on the record', async () => {
  const { bench, client } = await serve();
  await assert.rejects(client.getPrincipal('nobody'), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.message, 'there is no principal `nobody`');
    assert.equal(error.eventId, bench.lastEvent().id);
    assert.equal(error.requestId, bench.lastEvent().requestId);
    return true;
  });
});

test('a wrong secret is refused, and recorded with the credential that was claimed', async () => {
  const { admin, bench, clientFor } = await serve();
  const liar = clientFor({ ...admin, secretAccessKey: 'wrong' });
  await rejectsWith(liar.getPrincipal('admin'), 'InvalidSignature', 401);
  assert.deepEqual(bench.lastEvent().actor, {
    type: 'anonymous',
    credentialId: admin.accessKeyId,
    unverified: true,
  });
});

test('events are listed over all pages, filtered by texts of any kind', async () => {
  const { bench, client } = await serve();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await client.createPrincipal({ name, type: 'user' });
  const query = { action: 'principal.create', principal: 'admin', order: 'oldest', limit: 2 } as const;
  const events = await collect(client.listEvents(query));
  assert.deepEqual(
    events.map(({ index }) => index),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual(events[0]?.event, bench.events()[1]);
  const asset = { name: 'kunde:ä+=&%', value: "o'neil (x)*!~=\n?" };
  const page = await client.listEventsPage({
    asset,
    from: '2020-01-01T00:00:00Z',
    to: '2999-01-01T00:00:00+02:00',
  });
  assert.deepEqual(page.events, []);
  assert.equal(bench.lastEvent().parameters?.['asset'], `${asset.name}=${asset.value}`);
  assert.equal(page.size, bench.events().length);
});

test('every filter reaches the record and the index as it was given', async () => {
  const { bench, client } = await serve();
  const query = {
    account: '111122223333',
    errorCode: 'NotFound',
    issuer: 'https://login.example',
    operation: 'CreatePrincipal',
    session: 'ann',
    subject: 'u-1',
    text: 'größe 4711',
    userAgent: 'aws-cli/*',
  };
  await client.listEventsPage(query);
  assert.deepEqual(bench.lastEvent().parameters, query);
  assert.deepEqual(bench.asked.at(-1), { ...query, order: 'newest', limit: 100 });
  await rejectsWith(client.listEventsPage({ text: '?!' }), 'Validation', 400);
});

test('an event is read with its leaf and its proof', async () => {
  const { bench, client } = await serve();
  const { id } = bench.lastEvent();
  const detail = await client.getEvent(id);
  assert.equal(detail.index, 0);
  assert.equal(Buffer.from(detail.leaf, 'base64').toString('utf8'), bench.entries()[0]);
  assert.equal(await client.getProof(id), 'c2sp.org/tlog-proof@v1\nindex 0\n');
  await rejectsWith(client.getProof('01900000-0000-7000-8000-000000000000'), 'NotFound', 404);
});

test('the log is read through the client', async () => {
  const { bench, client } = await serve();
  bench.log.files.set('tile/entries/x001/234.p/17', new Uint8Array([0, 1, 255]));
  assert.deepEqual(await client.logFetch('tile/entries/x001/234.p/17'), new Uint8Array([0, 1, 255]));
  assert.equal(await client.logFetch('checkpoint'), null);
  const keys = await client.logFetch('log.vkey');
  assert.equal(Buffer.from(keys ?? []).toString('utf8'), await bench.log.verifierKeys());
  assert.equal(bench.lastEvent().action, 'log.read');
});

test('events are followed live until the caller has had enough', async () => {
  const { bench, client } = await serve();
  const enough = new AbortController();
  const stream = client.tailEvents({ action: 'principal.create', after: 0 }, { signal: enough.signal });
  for (const name of ['ann', 'bob']) {
    const next = stream.next();
    await client.createPrincipal({ name, type: 'user' });
    const line: IteratorResult<IndexedEvent, undefined> = await next;
    assert.equal(line.value?.event.id, bench.lastEventOf('principal.create').id);
  }
  const waiting = stream.next();
  enough.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});

test('whoever loses the permission loses the stream', async () => {
  const { bench, client, clientFor } = await serve();
  await client.createPrincipal({ name: 'ann', type: 'user', policy: everything });
  const credential = await client.createCredential('ann');
  const stream = clientFor(credential).tailEvents({ action: 'principal.disable' });
  const waiting = stream.next();
  await bench.until(() => bench.events().some(({ action }) => action === 'audit.tail'));
  await client.disableCredential(credential.accessKeyId);
  // The stream may not have looked at the clock yet, so the clock goes on.
  const clock = setInterval(() => {
    bench.monotonicMs += 60_000;
  }, 10);
  await rejectsWith(waiting, 'CredentialInvalid', 200).finally(() => clearInterval(clock));
});
