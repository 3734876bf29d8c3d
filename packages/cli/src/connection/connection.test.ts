import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubRequest, type StubService } from '../testing/stub-service.test-kit.ts';

const emptyList = { principals: [] };
const list = ['admin', 'principal', 'list'];

function startListing(): Promise<StubService> {
  return startStubService(() => ({ body: emptyList }));
}

function scopeOf(request: StubRequest | undefined): string {
  return /Credential=(?<scope>[^,]+),/.exec(request?.authorization ?? '')?.groups?.['scope'] ?? '';
}

test('requests are signed with the access key of the environment, for the region of the environment', async () => {
  await using stub = await startListing();
  const run = await runKeywitness(list, { env: { ...stub.env, AWS_REGION: 'eu-north-1' } });
  assert.equal(run.code, 0, run.stderr);
  assert.match(
    scopeOf(stub.requests[0]),
    /^AKIAEXAMPLEEXAMPLE00\/\d{8}\/eu-north-1\/keywitness\/aws4_request$/,
  );
  assert.match(stub.requests[0]?.userAgent ?? '', /^keywitness-cli\/\d+\.\d+\.\d+$/);
});

test('endpoint, region and access key may all come from a profile', async () => {
  using folder = temporaryFolder();
  await using stub = await startListing();
  const endpoint = stub.env['KEYWITNESS_ENDPOINT'] ?? '';
  writeFileSync(
    folder.file('config'),
    `[profile ops]\nregion = us-west-2\nendpoint_url = ${endpoint}\n[default]\nregion = eu-west-1\n`,
  );
  writeFileSync(
    folder.file('credentials'),
    '[ops]\naws_access_key_id = AKIAPROFILEPROFILE00\naws_secret_access_key = secret-of-the-profile\n',
  );
  const files = {
    AWS_CONFIG_FILE: folder.file('config'),
    AWS_SHARED_CREDENTIALS_FILE: folder.file('credentials'),
  };
  const named = await runKeywitness(list, { env: { ...files, AWS_PROFILE: 'ops' } });
  assert.equal(named.code, 0, named.stderr);
  assert.match(scopeOf(stub.requests[0]), /^AKIAPROFILEPROFILE00\/\d{8}\/us-west-2\//);

  const overEnvironment = await runKeywitness([...list, '--profile', 'ops'], {
    env: { ...files, AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00', AWS_SECRET_ACCESS_KEY: 'x' },
  });
  assert.equal(overEnvironment.code, 0, overEnvironment.stderr);
  assert.match(scopeOf(stub.requests[1]), /^AKIAPROFILEPROFILE00\//);

  const overProfile = await runKeywitness(list, { env: { ...files, ...stub.env, AWS_PROFILE: 'ops' } });
  assert.equal(overProfile.code, 0, overProfile.stderr);
  assert.match(scopeOf(stub.requests[2]), /^AKIAEXAMPLEEXAMPLE00\//);

  const missing = await runKeywitness([...list, '--profile', 'nobody'], { env: files });
  assert.equal(missing.code, 2);
  assert.equal(missing.stderr, 'keywitness: there is no profile `nobody` in the AWS configuration files\n');
});

test('--endpoint wins over KEYWITNESS_ENDPOINT, which wins over AWS_ENDPOINT_URL', async () => {
  await using stub = await startListing();
  const endpoint = stub.env['KEYWITNESS_ENDPOINT'] ?? '';
  const nowhere = 'http://127.0.0.1:1';
  const cases: readonly (readonly [args: readonly string[], env: Readonly<Record<string, string>>])[] = [
    [['--endpoint', endpoint], { KEYWITNESS_ENDPOINT: nowhere, AWS_ENDPOINT_URL: nowhere }],
    [[], { KEYWITNESS_ENDPOINT: endpoint, AWS_ENDPOINT_URL: nowhere }],
    [[], { KEYWITNESS_ENDPOINT: '', AWS_ENDPOINT_URL: endpoint }],
  ];
  for (const [args, env] of cases) {
    const run = await runKeywitness([...list, ...args], { env: { ...stub.env, ...env } });
    assert.equal(run.code, 0, run.stderr);
  }
  assert.equal(stub.requests.length, cases.length);
});

test('without an access key nothing is sent, and one line says what is missing', async () => {
  await using stub = await startListing();
  const run = await runKeywitness(list, {
    env: { KEYWITNESS_ENDPOINT: stub.env['KEYWITNESS_ENDPOINT'] ?? '' },
  });
  assert.equal(run.code, 2);
  assert.match(run.stderr, /^keywitness: there is no access key: .*\n$/);
  assert.equal(stub.requests.length, 0);
});

test('a service that is not there, or says no, or something else, is told in one line without secrets', async () => {
  await using stub = await startStubService(({ path }) =>
    path.startsWith('/odd')
      ? { body: '<html>\u001b[2J' }
      : {
          status: 403,
          headers: { 'x-keywitness-event-id': '01980000-0000-7000-8000-000000000009' },
          body: {
            error: { code: 'AccessDenied', message: 'alice may not \u001b[31mlist', requestId: 'r-1' },
          },
        },
  );
  const endpoint = stub.env['KEYWITNESS_ENDPOINT'] ?? '';
  const refused = await runKeywitness(list, { env: stub.env });
  assert.equal(refused.code, 3);
  assert.equal(
    refused.stderr,
    'keywitness: alice may not \\u{1b}[31mlist (AccessDenied, on the record as 01980000-0000-7000-8000-000000000009)\n',
  );
  const odd = await runKeywitness([...list, '--endpoint', `${endpoint}/odd`], { env: stub.env });
  assert.equal(odd.code, 2);
  const gone = await runKeywitness([...list, '--endpoint', 'http://127.0.0.1:1'], { env: stub.env });
  assert.equal(gone.code, 2);
  assert.match(gone.stderr, /^keywitness: could not reach the service at `http:\/\/127\.0\.0\.1:1`: .+\n$/);
  for (const { stdout, stderr } of [refused, odd, gone]) {
    assert.equal(stdout, '');
    assert.equal(stderr.split('\n').length, 2, stderr);
    assert.doesNotMatch(stderr, /secret-of|\bat .*\.ts/);
  }
});

test('an endpoint that is no URL, or that holds a password, is refused', async () => {
  for (const endpoint of ['kms.example.com', 'ftp://kms.example.com', 'https://user:pass@kms.example.com']) {
    const run = await runKeywitness([...list, '--endpoint', endpoint]);
    assert.equal(run.code, 64, endpoint);
    assert.doesNotMatch(run.stderr, /user:pass/);
  }
});

test('a CA bundle that cannot be read is an error', async () => {
  await using stub = await startListing();
  const run = await runKeywitness(list, { env: { ...stub.env, AWS_CA_BUNDLE: '/nonexistent/ca.pem' } });
  assert.equal(run.code, 2);
  assert.match(run.stderr, /could not use the CA bundle/);
});
