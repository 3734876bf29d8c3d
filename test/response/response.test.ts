import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../running-server.ts';
import { type Attacker, Receiver, type Scene, setUpResponse, startScene } from './scene.ts';

const ATTEMPTS_MAX = 5000;

async function denied({ keyId }: Scene, { client }: Attacker, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const { text } = await client.kms('DescribeKey', { KeyId: keyId });
    assert.match(text, /AccessDenied/);
  }
}

/** Tries until the credential itself is refused. */
async function untilRefused({ keyId }: Scene, { client }: Attacker): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { text } = await client.kms('DescribeKey', { KeyId: keyId });
    if (text.includes('UnrecognizedClient')) return;
  }
  assert.fail('the credential is still good');
}

async function incidentsOf(
  { admin }: Scene,
  rule: string,
): Promise<readonly { readonly incidentId: string }[]> {
  return Array.fromAsync(admin.incidents.list({ rule }));
}

test('five denied requests: one incident, told, the credential taken, and given back by one command', async () => {
  await using folder = temporaryFolder();
  await using receiver = new Receiver();
  const scene = await startScene(folder.path);
  await using server = scene.server;
  await setUpResponse(scene.admin, await receiver.listen());
  const eve = await scene.attacker('eve');
  await denied(scene, eve, 5);
  await untilRefused(scene, eve);
  const message = await receiver.until(({ ruleName }) => ruleName === 'access-denied-burst');
  assert.deepEqual([message.type, message.entity], ['incident.open', { 'actor.arn': eve.arn }]);
  const incidents = await incidentsOf(scene, 'access-denied-burst');
  assert.deepEqual(
    incidents.map(({ incidentId }) => incidentId),
    [message.incidentId],
  );
  const [remediation] = await Array.fromAsync(scene.admin.remediations.list());
  assert.deepEqual(
    [remediation?.action, remediation?.target, remediation?.status],
    ['disable-credential', eve.accessKeyId, 'done'],
  );
  await scene.admin.remediations.undo(remediation?.id ?? '');
  await denied(scene, eve, 1);
  assert.equal(await server.stop(), 0);
});

test('killed in the middle of an episode, the service finds it once: no incident is lost, and none comes twice', async () => {
  await using folder = temporaryFolder();
  await using receiver = new Receiver();
  const first = await startScene(folder.path);
  const key = first.server.administrator;
  assert(key);
  await setUpResponse(first.admin, await receiver.listen());
  const eve = await first.attacker('eve');
  await denied(first, eve, 3);
  await first.server.stop('SIGKILL');
  const second = await startScene(folder.path, { key, keyId: first.keyId });
  const again = { ...eve, client: eve.client.at(second.server.endpoint) };
  await denied(second, again, 2);
  await untilRefused(second, again);
  const { incidentId } = await receiver.until(({ ruleName }) => ruleName === 'access-denied-burst');
  await second.server.stop('SIGKILL');
  const third = await startScene(folder.path, { key, keyId: first.keyId });
  await using server = third.server;
  // What follows in the record was judged after everything that stood in it before.
  await third.admin.rules.disable('clock-step', { reason: 'a sign that the rules have read so far' });
  await receiver.until(
    ({ ruleName, entity }) =>
      ruleName === 'audit-configuration-changed' && entity['action'] === 'rule.disable',
  );
  const incidents = await incidentsOf(third, 'access-denied-burst');
  assert.deepEqual(
    incidents.map((incident) => incident.incidentId),
    [incidentId],
  );
  const opened = receiver.delivered.filter(
    ({ ruleName, type }) => ruleName === 'access-denied-burst' && type === 'incident.open',
  );
  assert.equal(new Set(opened.map(({ id }) => id)).size, 1, 'a message that comes twice has the same id');
  const remediations = await Array.fromAsync(third.admin.remediations.list());
  assert.equal(remediations.length, 1);
  assert.equal(await server.stop(), 0);
});

test('nobody goes blind silently: what is muted or dropped is told to the others, and to what was dropped', async () => {
  await using folder = temporaryFolder();
  await using one = new Receiver();
  await using other = new Receiver();
  const scene = await startScene(folder.path);
  await using server = scene.server;
  const { admin } = scene;
  await admin.channels.put('one', {
    type: 'webhook',
    secrets: { url: await one.listen() },
    levelMin: 'critical',
  });
  await admin.channels.put('other', {
    type: 'webhook',
    secrets: { url: await other.listen() },
    levelMin: 'critical',
  });
  const isAbout =
    (action: string) =>
    ({
      entity,
      ruleName,
    }: {
      readonly entity: Readonly<Record<string, string>>;
      readonly ruleName: string;
    }): boolean =>
      ruleName === 'audit-configuration-changed' && entity['action'] === action;
  await admin.rules.disable('mass-decrypt', { reason: 'a test' });
  await Promise.all([one.until(isAbout('rule.disable')), other.until(isAbout('rule.disable'))]);
  await admin.channels.delete('one');
  await other.until(isAbout('channel.delete'));
  await one.until(
    ({ type }) => type === 'channel.changed' || type === 'channel.deleted' || type.startsWith('channel.'),
  );
  await assert.rejects(admin.rules.disable('audit-configuration-changed', { reason: 'quiet' }), {
    code: 'Unmodifiable',
  });
  await assert.rejects(
    admin.suppressions.create({
      rule: 'audit-configuration-changed',
      entity: {},
      reason: 'quiet',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    }),
    { code: 'Unmodifiable' },
  );
  assert.equal(await server.stop(), 0);
});
