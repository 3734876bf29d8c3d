import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { afterEach, test } from 'node:test';
import { type ApiClient, createApiClient } from '@keywitness/api';
import { Params, raiseIncident, systemCaller } from '../../core/operations/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { createSignatureVerifier } from '../sigv4/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';

const TEXT = `title: A key is to be deleted
level: high
logsource: {product: keywitness}
detection: {selection: {action: key.schedule-deletion}, condition: selection}
`;
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(): Promise<{ readonly bench: AdminBench; readonly client: ApiClient }> {
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
  const client = createApiClient({ endpoint, region: 'us-east-1', credentials: async () => admin });
  return { bench, client };
}

async function raise(bench: AdminBench, more: object = {}): Promise<string> {
  const finding = {
    ruleName: 'denied-often',
    ruleTitle: 'Somebody is denied often',
    ruleSha256: 'a'.repeat(64),
    level: 'high',
    entity: { 'actor.name': 'mallory' },
    episode: 'denied-often/1',
    summary: '10 denied attempts',
    timeMs: Date.now(),
    count: 10,
    events: [{ id: 'e', index: 7, timeMs: Date.now() }],
    ...more,
  };
  const { attempt } = bench.request('-', '-');
  const params = new Params({ finding: JSON.stringify(finding) });
  const performed = await bench.service.perform(raiseIncident, attempt, systemCaller, params);
  assert.ok(performed.kind === 'released');
  return new Params(performed.result).text('incidentId');
}

test('rules are put, listed, read, disabled, enabled and deleted', async () => {
  const { client } = await serve();
  const put = await client.rules.put('key-deletion', TEXT);
  assert.deepEqual([put.title, put.level, put.text], ['A key is to be deleted', 'high', TEXT]);
  const { text, ...summary } = put;
  const listed = await Array.fromAsync(client.rules.list());
  assert.deepEqual(
    listed.filter(({ builtIn }) => !builtIn),
    [summary],
  );
  assert.ok(listed.length > 1);
  assert.equal((await client.rules.get('key-deletion')).text, text);
  const until = new Date(Date.now() + 60_000).toISOString();
  const disabled = await client.rules.disable('key-deletion', { reason: 'migration', until });
  assert.deepEqual(
    [disabled.disabled, disabled.disabledReason, disabled.disabledUntil],
    [true, 'migration', until],
  );
  assert.equal((await client.rules.enable('key-deletion')).disabled, false);
  assert.deepEqual(await client.rules.delete('key-deletion'), { deleted: 'key-deletion' });
  await assert.rejects(client.rules.get('key-deletion'), { code: 'NotFound', status: 404 });
});

test('what is no rule, and the rule that nobody can touch, are errors with a name', async () => {
  const { client } = await serve();
  await assert.rejects(client.rules.put('x', 'nothing'), { code: 'MalformedRule', status: 400 });
  await assert.rejects(client.rules.put('X Y', TEXT), { code: 'Validation', status: 400 });
  const watching = client.rules.put('audit-configuration-changed', TEXT);
  await assert.rejects(watching, { code: 'Unmodifiable', status: 409 });
});

test('the text of a rule is a document of the record', async () => {
  const { bench, client } = await serve();
  const { sha256 } = await client.rules.put('key-deletion', TEXT);
  assert.equal(bench.lastEvent().change?.after?.['ruleSha256'], sha256);
  assert.equal((await client.evidence.getDocument(sha256)).document, TEXT);
});

test('suppressions are created, listed and deleted', async () => {
  const { client } = await serve();
  await client.rules.put('denied-often', TEXT);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const entity = { 'actor.name': 'mallory' };
  const asked = { rule: 'denied-often', entity, reason: 'drill', expiresAt };
  const created = await client.suppressions.create(asked);
  assert.deepEqual([created.entity, created.expiresAt], [entity, expiresAt]);
  assert.deepEqual(await Array.fromAsync(client.suppressions.list()), [created]);
  assert.deepEqual(await client.suppressions.delete(created.suppressionId), created);
  assert.deepEqual(await Array.fromAsync(client.suppressions.list()), []);
});

test('a member with any name narrows a suppression, and is not left out', async () => {
  const { client } = await serve();
  await client.rules.put('denied-often', TEXT);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const asked = { rule: 'denied-often', entity: { constructor: 'a' }, reason: 'drill', expiresAt };
  assert.deepEqual((await client.suppressions.create(asked)).entity, { constructor: 'a' });
});

test('incidents are listed, read, and looked after', async () => {
  const { bench, client } = await serve();
  const incidentId = await raise(bench);
  const second = await raise(bench, { episode: 'second', level: 'low', entity: { 'key.id': 'a=b' } });
  const ids = async (filters?: Parameters<typeof client.incidents.list>[0]): Promise<readonly string[]> =>
    (await Array.fromAsync(client.incidents.list(filters))).map((one) => one.incidentId);
  assert.deepEqual((await ids()).toSorted(), [incidentId, second].toSorted());
  assert.deepEqual(await ids({ level: 'medium' }), [incidentId]);
  assert.deepEqual(await ids({ entity: 'key.id=a=b' }), [second]);
  const first = await client.incidents.listPage({ limit: 1 });
  assert.equal(first.incidents.length, 1);
  assert.ok(first.next !== undefined);
  const last = await client.incidents.listPage({ limit: 1, cursor: first.next });
  assert.deepEqual([last.incidents.length, last.next], [1, undefined]);
  assert.equal((await client.incidents.acknowledge(incidentId)).status, 'acknowledged');
  assert.equal((await client.incidents.assign(incidentId, 'ann')).assignee, 'ann');
  assert.equal((await client.incidents.assign(incidentId, undefined)).assignee, undefined);
  await client.incidents.comment(incidentId, 'called her');
  const resolution = { disposition: 'benign', note: 'a drill' } as const;
  const resolved = await client.incidents.resolve(incidentId, resolution);
  assert.match(resolved.resolvedAt ?? '', /^20\d\d-.*Z$/);
  await client.incidents.reopen(incidentId, 'not over');
  const shown = await client.incidents.get(incidentId);
  assert.deepEqual(
    [shown.status, shown.comments.map(({ text }) => text).slice(-3), shown.events[0]?.index],
    ['open', ['called her', 'resolved it as benign: a drill', 'reopened it: not over'], 7],
  );
  assert.match(shown.events[0]?.time ?? '', /^20\d\d-.*Z$/);
  await assert.rejects(client.incidents.reopen(incidentId), { code: 'InvalidState', status: 409 });
});
