import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubRequest } from '../testing/stub-service.test-kit.ts';

const updatedAt = '2026-07-01T12:00:00.000Z';
const updatedBy = 'arn:aws:iam::123456789012:user/alice';
const PLAYBOOK = { rules: ['burst'], steps: [{ action: 'disable-credential' }], mode: 'act' };
const FUNCTION = {
  type: 'azure-function',
  settings: { url: 'https://f.example/' },
  secrets: { key: 'top secret' },
};
const SETTINGS = { protectedArns: [], stepsPerHourMax: 10, twoPersonLevel: 'critical', paused: true };
const ID = `rem-${'a'.repeat(26)}`;
const INCIDENT = `inc-${'a'.repeat(26)}`;
const remediation = {
  id: ID,
  incidentId: INCIDENT,
  level: 'high',
  playbook: 'contain',
  step: 0,
  action: 'disable-credential',
  target: 'AKIA0123456789ABCDEF',
  status: 'proposed',
  createdAt: updatedAt,
  updatedAt,
  approvedBy: [],
};
const quarantine = {
  principalArn: 'arn:aws:iam::123456789012:user/bob',
  id: 'by hand',
  by: updatedBy,
  reason: '',
  since: updatedAt,
  expiresAt: updatedAt,
  unlessApproved: false,
};

function answer({ method, path }: StubRequest): object {
  if (method === 'DELETE' || path === '/v1/quarantines/release') return {};
  if (path.startsWith('/v1/playbooks')) {
    const playbook = { ...PLAYBOOK, name: 'contain', disabled: false, updatedAt, updatedBy };
    return path === '/v1/playbooks' ? { playbooks: [playbook] } : playbook;
  }
  if (path.startsWith('/v1/functions')) {
    const { settings, type } = FUNCTION;
    const shown = { name: 'block', settings, type, updatedAt, updatedBy };
    return method === 'GET' ? { functions: [shown] } : shown;
  }
  if (path.startsWith('/v1/remediations')) {
    return path === '/v1/remediations' ? { remediations: [remediation] } : remediation;
  }
  if (path === '/v1/response-settings') return SETTINGS;
  return method === 'GET' ? { quarantines: [quarantine] } : quarantine;
}

/** What a command sends: method, path, query and body. */
const requests: readonly (readonly [args: readonly string[], sent: string])[] = [
  [['playbooks', 'list'], 'GET /v1/playbooks ? '],
  [['playbooks', 'show', 'contain'], 'GET /v1/playbooks/contain ? '],
  [
    ['playbooks', 'put', 'contain', 'playbook.json'],
    `PUT /v1/playbooks/contain ? ${JSON.stringify(PLAYBOOK)}`,
  ],
  [['playbooks', 'disable', 'contain'], 'POST /v1/playbooks/contain/disable ? '],
  [['playbooks', 'enable', 'contain'], 'POST /v1/playbooks/contain/enable ? '],
  [['playbooks', 'settings'], 'GET /v1/response-settings ? '],
  [['playbooks', 'settings', '--set', 'settings.json'], 'PUT /v1/response-settings ? {"paused":true}'],
  [['functions', 'list'], 'GET /v1/functions ? '],
  [['functions', 'put', 'block', 'function.json'], `PUT /v1/functions/block ? ${JSON.stringify(FUNCTION)}`],
  [['remediations', 'list'], 'GET /v1/remediations ? '],
  [
    ['remediations', 'list', '--incident', INCIDENT, '--status', 'proposed'],
    `GET /v1/remediations ?incidentId=${INCIDENT}&status=proposed `,
  ],
  [['remediations', 'show', ID], `GET /v1/remediations/${ID} ? `],
  [['remediations', 'approve', ID], `POST /v1/remediations/${ID}/approve ? {}`],
  [['remediations', 'refuse', ID], `POST /v1/remediations/${ID}/refuse ? {}`],
  [['remediations', 'refuse', ID, '--reason', 'no'], `POST /v1/remediations/${ID}/refuse ? {"reason":"no"}`],
  [['remediations', 'run', ID], `POST /v1/remediations/${ID}/run ? {}`],
  [['remediations', 'undo', ID], `POST /v1/remediations/${ID}/undo ? {}`],
  [['quarantine', 'list'], 'GET /v1/quarantines ? '],
  [
    ['quarantine', 'add', quarantine.principalArn, '--for', '12h', '--reason', 'why', '--force'],
    `POST /v1/quarantines ?force=true {"principalArn":"${quarantine.principalArn}","durationSeconds":43200,"reason":"why"}`,
  ],
];

test('each command sends the one request that it stands for', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  writeFileSync(folder.file('playbook.json'), JSON.stringify(PLAYBOOK));
  writeFileSync(folder.file('function.json'), JSON.stringify(FUNCTION));
  writeFileSync(folder.file('settings.json'), '{"paused":true}');
  for (const [args, sent] of requests) {
    const before = stub.requests.length;
    const run = await runKeywitness([...args, '--json'], { env: stub.env, cwd: folder.path });
    assert.equal(run.code, 0, run.stderr);
    assert.doesNotMatch(run.stdout, /top secret/);
    const made = stub.requests.slice(before);
    assert.deepEqual(
      made.map(({ method, path, query, body }) => `${method} ${path} ?${query.toString()} ${body}`),
      [sent],
    );
    for (const line of run.stdout.trimEnd().split('\n')) assert.equal(typeof JSON.parse(line), 'object');
  }
});

test('what is taken away is said in one line, and lists are tables', async () => {
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  const said = async (...args: readonly string[]): Promise<string> =>
    (await runKeywitness(args, { env: stub.env })).stdout;
  assert.equal(await said('playbooks', 'delete', 'contain'), 'deleted contain\n');
  assert.equal(await said('functions', 'delete', 'block'), 'deleted block\n');
  assert.equal(
    await said('quarantine', 'release', quarantine.principalArn),
    `released ${quarantine.principalArn}\n`,
  );
  assert.match(await said('remediations', 'list'), /^ID .*STATUS .*\nrem-a+ +proposed/);
  assert.match(await said('playbooks', 'list'), /contain +act/);
});

test('a file or a duration that cannot be read sends nothing', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  writeFileSync(folder.file('none.json'), '{');
  writeFileSync(folder.file('other.json'), '{"rules":[],"steps":[]}');
  const codeOf = async (...args: readonly string[]): Promise<number | null> =>
    (await runKeywitness(args, { env: stub.env, cwd: folder.path })).code;
  assert.equal(await codeOf('playbooks', 'put', 'p', 'none.json'), 2);
  assert.equal(await codeOf('playbooks', 'put', 'p', 'other.json'), 2);
  assert.equal(await codeOf('quarantine', 'add', quarantine.principalArn, '--for', 'long'), 64);
  assert.equal(stub.requests.length, 0);
});
