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

const sha256 = 'ab'.repeat(32);
const certificate = { sha256, principalArn: principal.arn, description: '', createdAt, disabled: false };
const account = { accountId: '444455556666', name: 'shop', createdAt, guardrailNames: [], guardrails: [] };
const organization = {
  organizationId: 'o-abcdefghij',
  managementAccount: '111122223333',
  auditAccount: '111122223333',
  guardrails: [{ name: 'all', document: '{}' }],
};
const revoked = { accessKeyId: 'ASIA0123456789ABCDEF', revokedAt: createdAt, expiresAt: createdAt };

function organizationAnswer({ method, path }: StubRequest): object | undefined {
  if (path === '/v1/sessions/revoke') return { principalArn: principal.arn, revokedAt: createdAt };
  if (path.startsWith('/v1/sessions')) return revoked;
  if (path.includes('/guardrails/')) {
    const warning = { code: 'wildcard-action', message: 'a statement allows all actions' };
    return { guardrails: organization.guardrails, ...(method === 'PUT' ? { warnings: [warning] } : {}) };
  }
  if (path.startsWith('/v1/organization')) return organization;
  if (path === '/v1/accounts' && method === 'GET') return { accounts: [account] };
  if (path.startsWith('/v1/accounts')) return account;
  if (path === '/v1/certificates' && method === 'GET') return { certificates: [certificate] };
  return path.startsWith('/v1/certificates') ? certificate : undefined;
}

function answer(request: StubRequest): object {
  return organizationAnswer(request) ?? principalAnswer(request);
}

function principalAnswer({ method, path }: StubRequest): object {
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
  ['account create shop', 'POST /v1/accounts ? {"name":"shop"}'],
  ['account create shop --id 444455556666', 'POST /v1/accounts ? {"name":"shop","accountId":"444455556666"}'],
  ['account list', 'GET /v1/accounts ? '],
  ['organization show', 'GET /v1/organization ? '],
  [
    'organization set-audit-account 444455556666',
    'PUT /v1/organization/audit-account ? {"accountId":"444455556666"}',
  ],
  ['guardrail delete all', 'DELETE /v1/organization/guardrails/all ? '],
  ['guardrail delete all --account 444455556666', 'DELETE /v1/accounts/444455556666/guardrails/all ? '],
  [
    `certificate register alice --sha256 ${sha256}`,
    `POST /v1/certificates ? {"principalName":"alice","sha256":"${sha256}"}`,
  ],
  ['certificate list', 'GET /v1/certificates ? '],
  [`certificate disable ${'AB:'.repeat(31)}AB`, `POST /v1/certificates/${sha256}/disable ? `],
  [`certificate enable ${sha256}`, `POST /v1/certificates/${sha256}/enable ? `],
  [`certificate delete ${sha256} --force`, `DELETE /v1/certificates/${sha256} ?force=true `],
  ['session revoke ASIA0123456789ABCDEF', 'POST /v1/sessions/ASIA0123456789ABCDEF/revoke ? {}'],
  [
    `session revoke ASIA0123456789ABCDEF --principal ${principal.arn}`,
    `POST /v1/sessions/ASIA0123456789ABCDEF/revoke ? {"principalArn":"${principal.arn}"}`,
  ],
  [`session revoke-all ${principal.arn}`, `POST /v1/sessions/revoke ? {"principalArn":"${principal.arn}"}`],
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
    'NAME   TYPE  DISABLED  CREATEDAT                 LASTUSEDAT  POLICYNAMES  ARN',
    'alice  user  false     2026-07-01T12:00:00.000Z              default      arn:aws:iam::123456789012:user/alice',
    '',
  ]);
  const credentials = await runKeywitness(['admin', 'credential', 'list'], { env: stub.env });
  assert.match(credentials.stdout, /^AKIA0123456789ABCDEF {2}false {5}2026-/m);
});

test('a guardrail is taken from a file, and what is likely not meant is said beside the answer', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  writeFileSync(folder.file('all.json'), '{ }');
  const put = ['admin', 'guardrail', 'put', 'all', 'all.json', '--json'];
  const run = await runKeywitness([...put, '--force'], { env: stub.env, cwd: folder.path });
  assert.equal(run.code, 0, run.stderr);
  const [request] = stub.requests;
  assert.deepEqual([request?.method, request?.path], ['PUT', '/v1/organization/guardrails/all']);
  assert.deepEqual([request?.query.toString(), request?.body], ['force=true', '{"document":"{ }"}']);
  assert.equal(run.stderr, 'warning: a statement allows all actions (wildcard-action)\n');
  assert.deepEqual(JSON.parse(run.stdout), organization.guardrails[0]);
});

test('a certificate is taken from a file, or named by its fingerprint, but not both', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService((request) => ({ body: answer(request) }));
  writeFileSync(folder.file('alice.pem'), 'the certificate');
  const register = ['admin', 'certificate', 'register', 'alice'];
  const options = { env: stub.env, cwd: folder.path };
  const run = await runKeywitness([...register, '--cert', 'alice.pem', '--description', 'rack 7'], options);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(JSON.parse(stub.requests[0]?.body ?? ''), {
    principalName: 'alice',
    pem: 'the certificate',
    description: 'rack 7',
  });
  for (const more of [[], ['--cert', 'alice.pem', '--sha256', sha256]]) {
    assert.equal((await runKeywitness([...register, ...more], options)).code, 64);
  }
  assert.equal(stub.requests.length, 1);
});
