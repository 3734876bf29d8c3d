import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubAnswer, type StubRequest } from '../testing/stub-service.test-kit.ts';

const at = '2026-07-01T12:00:00.000Z';
const id = `inc-${'a'.repeat(26)}`;
const suppressionId = `sup-${'b'.repeat(16)}`;
const eventId = '019a0000-0000-7000-8000-000000000001';
const mallory = 'arn:aws:iam::111122223333:user/mallory';
const rule = {
  name: 'denied-often',
  title: 'Somebody is denied often',
  level: 'high',
  sha256: 'a'.repeat(64),
  builtIn: true,
  changed: false,
  immutable: false,
  disabled: false,
  text: 'title: Somebody is denied often\nlevel: high\n',
};
const suppression = {
  suppressionId,
  rule: 'denied-often',
  entity: { 'actor.name': 'load-test' },
  reason: 'load test',
  createdAt: at,
  createdBy: mallory,
  expiresAt: at,
};
const incident = {
  incidentId: id,
  rule: 'denied-often',
  ruleTitle: 'Somebody is denied often',
  ruleSha256: 'a'.repeat(64),
  level: 'high',
  status: 'open',
  entity: { 'actor.arn': mallory },
  summary: '10 denied attempts within 5 minutes, more than 9',
  openedAt: at,
  updatedAt: at,
  lastSeenAt: '2026-07-01T12:05:00.000Z',
  count: 10,
  events: [
    { eventId, index: 4711, time: at },
    { eventId: eventId.replace(/1$/, '2'), index: 4712, time: at },
  ],
  comments: [{ at, by: 'arn:aws:iam::111122223333:user/ann', text: 'called him' }],
  remediations: [
    {
      remediationId: 'rem-1',
      playbook: 'contain',
      step: 0,
      action: 'disable-credential',
      target: 'AKIA0123456789ABCDEF',
      status: 'proposed',
      createdAt: at,
      updatedAt: at,
      approvedBy: [],
    },
  ],
};

function eventOf(own: string, more: object = {}): object {
  return {
    schema: 'keywitness.event/1',
    id: own,
    time: at,
    action: 'key.decrypt',
    outcome: 'denied',
    actor: { type: 'user', arn: mallory, name: 'mallory', credentialId: 'AKIA0123456789ABCDEF' },
    client: { address: '192.0.2.7', userAgent: 'aws-cli/2.0' },
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    key: { id: 'k-1', arn: 'arn:aws:kms:eu-central-1:111122223333:key/k-1' },
    requestId: '1',
    revision: 1,
    ...more,
  };
}

function answer({ method, path }: StubRequest): StubAnswer {
  if (path.startsWith('/v1/events/')) {
    const own = path.split('/').at(-1) ?? '';
    return { body: { index: own === eventId ? 4711 : 4712, event: eventOf(own), leaf: '' } };
  }
  if (path === '/v1/rules') return { body: { rules: [rule] } };
  if (path.startsWith('/v1/rules')) return { body: method === 'DELETE' ? { deleted: rule.name } : rule };
  if (path === '/v1/suppressions' && method === 'GET') return { body: { suppressions: [suppression] } };
  if (path.startsWith('/v1/suppressions')) return { body: suppression };
  return { body: path === '/v1/incidents' ? { incidents: [incident] } : incident };
}

/** What a command sends: method, path, query and body. */
const requests: readonly (readonly [args: readonly string[], sent: string])[] = [
  [['rules', 'list'], 'GET /v1/rules ? '],
  [['rules', 'show', 'denied-often'], 'GET /v1/rules/denied-often ? '],
  [['rules', 'delete', 'denied-often'], 'DELETE /v1/rules/denied-often ? '],
  [
    ['rules', 'disable', 'denied-often', '--reason', 'noise'],
    'POST /v1/rules/denied-often/disable ? {"reason":"noise"}',
  ],
  [
    ['rules', 'disable', 'denied-often', '--reason', 'noise', '--until', '2030-01-01T00:00Z'],
    'POST /v1/rules/denied-often/disable ? {"reason":"noise","until":"2030-01-01T00:00:00.000Z"}',
  ],
  [['rules', 'enable', 'denied-often'], 'POST /v1/rules/denied-often/enable ? '],
  [
    'suppressions create denied-often --entity a=b=c --entity d=e --reason test --until 2030-01-01T00:00Z'.split(
      ' ',
    ),
    'POST /v1/suppressions ? {"rule":"denied-often","entity":{"a":"b=c","d":"e"},"reason":"test","expiresAt":"2030-01-01T00:00:00.000Z"}',
  ],
  [['suppressions', 'list'], 'GET /v1/suppressions ? '],
  [['suppressions', 'delete', suppressionId], `DELETE /v1/suppressions/${suppressionId} ? `],
  [['incidents', 'list'], 'GET /v1/incidents ?status=unresolved '],
  [['incidents', 'list', '--all', '--level', 'high'], 'GET /v1/incidents ?level=high '],
  [
    ['incidents', 'list', '--status', 'resolved', '--rule', 'x', '--assignee', 'ann', '--entity', 'a=b'],
    'GET /v1/incidents ?status=resolved&rule=x&assignee=ann&entity=a%3Db ',
  ],
  [['incidents', 'show', id], `GET /v1/incidents/${id} ? `],
  [['incidents', 'ack', id], `POST /v1/incidents/${id}/acknowledge ? {}`],
  [['incidents', 'assign', id, '--to', 'ann'], `POST /v1/incidents/${id}/assign ? {"assignee":"ann"}`],
  [['incidents', 'assign', id, '--nobody'], `POST /v1/incidents/${id}/assign ? {}`],
  [['incidents', 'comment', id, 'called him'], `POST /v1/incidents/${id}/comment ? {"text":"called him"}`],
  [
    ['incidents', 'resolve', id, '--as', 'benign', '--note', 'a drill'],
    `POST /v1/incidents/${id}/resolve ? {"disposition":"benign","note":"a drill"}`,
  ],
  [['incidents', 'reopen', id], `POST /v1/incidents/${id}/reopen ? {}`],
];

test('each command sends the one request that it stands for', async () => {
  await using stub = await startStubService(answer);
  for (const [args, sent] of requests) {
    const before = stub.requests.length;
    const run = await runKeywitness([...args, '--json'], { env: stub.env });
    assert.equal(run.code, 0, run.stderr);
    const made = stub.requests.slice(before);
    assert.deepEqual(
      made.map(({ method, path, query, body }) => `${method} ${path} ?${query.toString()} ${body}`),
      [sent],
      args.join(' '),
    );
    for (const line of run.stdout.trimEnd().split('\n')) {
      assert.equal(typeof JSON.parse(line), 'object', args.join(' '));
    }
  }
});

test('a time that lies ahead may be told from now on', async () => {
  await using stub = await startStubService(answer);
  const args = ['rules', 'disable', 'denied-often', '--reason', 'x', '--until'];
  const before = Date.now();
  assert.equal((await runKeywitness([...args, '4h'], { env: stub.env })).code, 0);
  const body: unknown = JSON.parse(stub.requests[0]?.body ?? '');
  assert.ok(typeof body === 'object' && body !== null && 'until' in body);
  const aheadMs = Date.parse(String(body.until)) - 4 * 3_600_000;
  assert.ok(aheadMs >= before && aheadMs <= Date.now(), String(body.until));
  assert.equal((await runKeywitness([...args, 'soon'], { env: stub.env })).code, 64);
});

test('what would be too wide or says nothing is refused before anything is sent', async () => {
  await using stub = await startStubService(answer);
  const create = ['suppressions', 'create', 'denied-often', '--reason', 'x', '--until', '3d'];
  for (const args of [
    create,
    [...create, '--any-entity', '--entity', 'a=b'],
    ['incidents', 'assign', id],
    ['incidents', 'assign', id, '--to', 'ann', '--nobody'],
    ['incidents', 'resolve', id],
    ['rules', 'disable', 'denied-often'],
  ]) {
    assert.equal((await runKeywitness(args, { env: stub.env })).code, 64, args.join(' '));
  }
  assert.equal(stub.requests.length, 0);
});

test('a rule is put from a file to the letter, and shown so that it can be put again', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService(answer);
  writeFileSync(folder.file('rule.yml'), rule.text);
  const put = ['rules', 'put', 'denied-often', 'rule.yml'];
  const run = await runKeywitness(put, { env: stub.env, cwd: folder.path });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(JSON.parse(stub.requests[0]?.body ?? ''), { text: rule.text });
  const shown = await runKeywitness(['rules', 'show', 'denied-often', '--text'], { env: stub.env });
  assert.equal(shown.stdout, rule.text);
});

test('lists are tables for people', async () => {
  await using stub = await startStubService(answer);
  const rules = await runKeywitness(['rules', 'list'], { env: stub.env });
  assert.deepEqual(rules.stdout.split('\n'), [
    'NAME          LEVEL  STATE     TITLE',
    'denied-often  high   built-in  Somebody is denied often',
    '',
  ]);
  const incidents = await runKeywitness(['incidents', 'list', '--utc'], { env: stub.env });
  const cells = [id, 'high ', 'open  ', '2026-07-01 12:00:00', 'denied-often', `actor.arn=${mallory}`];
  assert.equal(incidents.stdout.split('\n')[1], cells.join('  '));
  const suppressions = await runKeywitness(['suppressions', 'list'], { env: stub.env });
  assert.match(suppressions.stdout, /actor\.name=load-test/);
});

test('an incident shows what happened, who it was, what was done, and what to do next', async () => {
  await using stub = await startStubService(answer);
  const run = await runKeywitness(['incidents', 'show', id, '--utc'], { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  const second = eventId.replace(/1$/, '2');
  assert.deepEqual(run.stdout.trimEnd().split('\n'), [
    'HIGH: Somebody is denied often',
    '',
    'what      10 denied attempts within 5 minutes, more than 9',
    `about     actor.arn ${mallory}`,
    'since     2026-07-01 12:00:00 (UTC), last seen 2026-07-01 12:05:00',
    'attempts  10',
    'status    open, nobody’s',
    'rule      denied-often',
    `incident  ${id}`,
    `who       ${mallory}, AKIA0123456789ABCDEF (2 events)`,
    'from      192.0.2.7, aws-cli/2.0 (2 events)',
    'did       key.decrypt, denied (2 events)',
    'keys      arn:aws:kms:eu-central-1:111122223333:key/k-1 (2 events)',
    '',
    'Events that it rests on, the first ones and the newest:',
    'INDEX  TIME (UTC)           WHO      WHAT         KEY  ASSET  OUTCOME  FROM       ID',
    `4711   2026-07-01 12:00:00  mallory  key.decrypt  k-1         denied   192.0.2.7  ${eventId}`,
    `4712   2026-07-01 12:00:00  mallory  key.decrypt  k-1         denied   192.0.2.7  ${second}`,
    '',
    'What was done about it:',
    '  2026-07-01 12:00:00  disable-credential AKIA0123456789ABCDEF: proposed (playbook contain, rem-1)',
    '',
    'What people said:',
    '  2026-07-01 12:00:00  arn:aws:iam::111122223333:user/ann: called him',
    '',
    'Next:',
    `  keywitness incidents ack ${id}`,
    '      say that you look after it',
    '  keywitness rules show denied-often',
    '      what the rule looks for, what may be harmless, and what to do',
    `  keywitness audit list --principal ${mallory} --since ${at}`,
    '      what else they did',
    `  keywitness audit list --key k-1 --since ${at}`,
    '      who else used the key',
    `  keywitness audit list --source 192.0.2.7 --since ${at}`,
    '      what else came from there',
    '  keywitness admin credential disable AKIA0123456789ABCDEF',
    '      contain: nothing is done with this access key',
    `  keywitness incidents resolve ${id} --as true-positive --note 'what it was'`,
    '      when it is over: or --as benign, false-positive, test',
  ]);
});

test('an incident whose events may not be read is shown all the same', async () => {
  await using stub = await startStubService((request) =>
    request.path.startsWith('/v1/events/')
      ? {
          status: 403,
          body: { error: { code: 'AccessDenied', message: 'you may not read events', requestId: '1' } },
        }
      : answer(request),
  );
  const run = await runKeywitness(['incidents', 'show', id, '--utc'], { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^Not all of them could be read: you may not read events$/m);
  assert.match(run.stdout, new RegExp(`^4711 .* ${eventId}$`, 'm'));
});

test('what others have chosen can neither move the cursor, nor add lines, nor run when it is pasted', async () => {
  await using stub = await startStubService((request) => {
    if (request.path.startsWith('/v1/events/')) {
      const actor = { type: 'user', arn: "x'; rm -rf ~ #", credentialId: 'AKIA$(reboot)', unverified: true };
      return { body: { index: 1, event: eventOf(eventId, { actor, key: { id: 'a\nNext:' } }), leaf: '' } };
    }
    return {
      body: { ...incident, summary: '\u001b[2Jgone\nNext:', entity: { 'actor.name': '`reboot`' } },
    };
  });
  const { stdout } = await runKeywitness(['incidents', 'show', id, '--utc'], { env: stub.env });
  assert.ok(!stdout.includes('\u001b'));
  assert.equal(stdout.split('\n').filter((line) => line === 'Next:').length, 1);
  const commands = stdout.split('\n').filter((line) => line.startsWith('  keywitness '));
  assert.ok(commands.includes(`  keywitness audit list --principal 'x'\\''; rm -rf ~ #' --since ${at}`));
  assert.ok(!commands.some((line) => line.includes('reboot') || line.includes('--key')), commands.join('\n'));
});
