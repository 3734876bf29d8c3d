import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';

const session = {
  accessKeyId: 'ASIA0123456789ABCDEF',
  secretAccessKey: 'new/secret',
  sessionToken: 'sealed',
  expiresAt: '2026-07-01T13:00:00.000Z',
  principalArn: 'arn:aws:iam::123456789012:user/alice',
};

test('short-lived credentials are printed as a credential_process prints them', async () => {
  await using stub = await startStubService(() => ({ body: session }));
  const run = await runKeywitness(['credentials', '--duration', '900'], { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(JSON.parse(run.stdout), {
    Version: 1,
    AccessKeyId: 'ASIA0123456789ABCDEF',
    SecretAccessKey: 'new/secret',
    SessionToken: 'sealed',
    Expiration: '2026-07-01T13:00:00.000Z',
  });
  const [request] = stub.requests;
  assert.deepEqual([request?.method, request?.path], ['POST', '/v1/sessions']);
  assert.equal(request?.body, '{"durationSeconds":900}');
  assert.match(request.authorization, /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEEXAMPLE00/);
});

test('a certificate is not shown without its key, nor where everybody could read the answer', async () => {
  using folder = temporaryFolder();
  await using stub = await startStubService(() => ({ body: session }));
  writeFileSync(folder.file('a.pem'), 'a certificate');
  const options = { env: stub.env, cwd: folder.path };
  for (const flags of [
    ['--cert', 'a.pem'],
    ['--key', 'a.pem'],
    ['--cert', 'a.pem', '--key', 'a.pem'],
    ['--duration', '899'],
    ['--duration', '43201'],
    ['--duration', 'long'],
  ]) {
    const run = await runKeywitness(['credentials', ...flags], options);
    assert.equal(run.code, 64, flags.join(' '));
    assert.equal(run.stdout, '');
  }
  assert.equal(stub.requests.length, 0);
});
