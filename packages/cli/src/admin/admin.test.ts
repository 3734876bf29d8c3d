import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubRequest } from '../testing/stub-service.test-kit.ts';

const createdAt = '2026-07-01T12:00:00.000Z';
const principal = {
  arn: 'arn:aws:iam::123456789012:user/alice',
  name: 'alice',
  type: 'user',
  uniqueId: 'AIDA1',
  createdAt,
  disabled: false,
  policyNames: ['default'],
};
const detail = { ...principal, policies: [{ name: 'default', document: '{}' }] };
const credential = {
  accessKeyId: 'AKIA0123456789ABCDEF',
  principalArn: principal.arn,
  createdAt,
  disabled: false,
};

function answer({ method, path }: StubRequest): object {
  if (method === 'GET' && path === '/v1/principals') return { principals: [principal] };
  if (method === 'GET') return { credentials: [credential] };
  if (path.endsWith('/credentials')) return { ...credential, secretAccessKey: 'new/secret' };
  return path.startsWith('/v1/principals') ? detail : credential;
}

/** What a command sends: method, path, query and body. */
const requests: readonly (readonly [args: string, sent: string])[] = [
  ['principal create alice', 'POST /v1/principals ? {"name":"alice","type":"user"}'],
  ['principal create app --type service', 'POST /v1/principals ? {"name":"app","type":"service"}'],
  ['principal list', 'GET /v1/principals ? '],
  ['principal disable alice', 'POST /v1/principals/alice/disable ? '],
  ['principal disable alice --force', 'POST /v1/principals/alice/disable ?force=true '],
  ['principal enable alice', 'POST /v1/principals/alice/enable ? '],
  ['credential create alice', 'POST /v1/principals/alice/credentials ? '],
  ['credential list', 'GET /v1/credentials ? '],
  ['credential disable AKIA0123456789ABCDEF', 'POST /v1/credentials/AKIA0123456789ABCDEF/disable ? '],
  ['credential enable AKIA0123456789ABCDEF', 'POST /v1/credentials/AKIA0123456789ABCDEF/enable ? '],
  [
    'credential delete AKIA0123456789ABCDEF --force',
    'DELETE /v1/credentials/AKIA0123456789ABCDEF ?force=true ',
  ],
];

test('each command sends the one request that it stands for', async () => {
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  for (const [args, sent] of requests) {
    const before = stub.requests.length;
    const run = await runKeywitness(['admin', ...args.split(' '), '--json'], { env: stub.env });
    assert.equal(run.code, 0, run.stderr);
    const made = stub.requests.slice(before);
    assert.deepEqual(
      made.map(({ method, path, query, body }) => `${method} ${path} ?${query.toString()} ${body}`),
      [sent],
      args,
    );
    for (const line of run.stdout.trimEnd().split('\n')) {
      assert.equal(typeof JSON.parse(line), 'object', args);
    }
  }
});

test('a policy is taken from a file, to the letter', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  const policy = '{ "Version": "2012-10-17", "Statement": [] }\n';
  writeFileSync(folder.file('policy.json'), policy);
  const create = ['admin', 'principal', 'create', 'alice', '--policy'];
  const run = await runKeywitness([...create, 'policy.json'], { env: stub.env, cwd: folder.path });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(JSON.parse(stub.requests[0]?.body ?? ''), { name: 'alice', type: 'user', policy });
  const missing = await runKeywitness([...create, 'missing.json'], { env: stub.env, cwd: folder.path });
  assert.equal(missing.code, 2);
  assert.equal(stub.requests.length, 1);
});

test('a new access key is printed as a profile, and nowhere else', async () => {
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  const run = await runKeywitness(['admin', 'credential', 'create', 'alice'], { env: stub.env });
  assert.deepEqual(run.stdout.split('\n'), [
    '# access key of arn:aws:iam::123456789012:user/alice; its secret is shown only now',
    '[alice]',
    'aws_access_key_id = AKIA0123456789ABCDEF',
    'aws_secret_access_key = new/secret',
    '',
  ]);
  assert.equal(run.stderr, '');
});

test('lists are tables for people', async () => {
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  const principals = await runKeywitness(['admin', 'principal', 'list'], { env: stub.env });
  assert.deepEqual(principals.stdout.split('\n'), [
    'NAME   TYPE  DISABLED  CREATEDAT                 POLICYNAMES  ARN',
    'alice  user  false     2026-07-01T12:00:00.000Z  default      arn:aws:iam::123456789012:user/alice',
    '',
  ]);
  const credentials = await runKeywitness(['admin', 'credential', 'list'], { env: stub.env });
  assert.match(credentials.stdout, /^AKIA0123456789ABCDEF {2}false {5}2026-/m);
});
