import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StubAnswer, startStubService } from '../testing/stub-service.test-kit.ts';
import { assumeRole, type SessionCredentials } from './assume-role.ts';
import { sessionName } from './sign-in.ts';

const request = {
  roleArn: 'arn:aws:iam::111122223333:role/auditor',
  sessionName: 'ann',
  webIdentityToken: 'header.claims.signature',
};

function answerXml(replaced: Readonly<Record<string, string>> = {}): string {
  const members = {
    AccessKeyId: 'ASIAEXAMPLEEXAMPLE00',
    SecretAccessKey: 'secret/of+the+session',
    SessionToken: 'token==',
    Expiration: '2030-01-02T03:04:05Z',
    Arn: 'arn:aws:sts::111122223333:assumed-role/auditor/ann&amp;co',
    ...replaced,
  };
  return Object.entries(members)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('\n');
}

async function assume(answer: StubAnswer): Promise<SessionCredentials> {
  await using stub = await startStubService(() => answer);
  const endpoint = stub.env['KEYWITNESS_ENDPOINT'] ?? '';
  const credentials = await assumeRole({ endpoint, profile: 'default', fetch }, request);
  const [received] = stub.requests;
  assert.deepEqual([received?.method, received?.path, received?.authorization], ['POST', '/', '']);
  return credentials;
}

test('credentials are read from the answer of STS', async () => {
  assert.deepEqual(await assume({ body: answerXml() }), {
    accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
    secretAccessKey: 'secret/of+the+session',
    sessionToken: 'token==',
    expiresAt: new Date('2030-01-02T03:04:05Z'),
    arn: 'arn:aws:sts::111122223333:assumed-role/auditor/ann&co',
  });
});

test('an answer that could write other lines into a file, or is none of STS, is not used', async () => {
  const bodies = [
    '',
    '{}',
    answerXml({ AccessKeyId: 'ASIAEXAMPLEEXAMPLE00\n[default]' }),
    answerXml({ SecretAccessKey: 'secret-of-16-chars\ncredential_process = x' }),
    answerXml({ SessionToken: 'token\r\n' }),
    answerXml({ SessionToken: 'token # comment' }),
    answerXml({ SessionToken: '' }),
    answerXml({ Expiration: 'tomorrow' }),
  ];
  for (const body of bodies) {
    await assert.rejects(assume({ body }), { code: 'could-not', message: /did not answer as STS does$/ });
  }
  await assert.rejects(assume({ body: 'x'.repeat(70_000) }), { code: 'could-not', message: /too long/ });
});

test('a refusal is told in the words of the service, with the event that records it', async () => {
  const body = '<Error><Code>AccessDenied</Code><Message>not &lt;you&gt;</Message></Error>';
  const headers = { 'x-keywitness-event-id': '01980000-0000-7000-8000-000000000009' };
  await assert.rejects(assume({ status: 403, headers, body }), {
    code: 'refused',
    message: 'not <you> (AccessDenied, on the record as 01980000-0000-7000-8000-000000000009)',
  });
  await assert.rejects(assume({ status: 502, body: '<html>' }), {
    code: 'could-not',
    message: 'the service answered with status 502 and no reason',
  });
  await assert.rejects(assume({ status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' }), {
    code: 'could-not',
    message: /^could not reach the service/,
  });
});

test('sessions are named after people, in the characters that STS takes', () => {
  const cases: readonly (readonly [claims: Readonly<Record<string, unknown>>, name: string])[] = [
    [{ sub: '4711', email: 'ann@example.com', preferred_username: 'ann' }, 'ann'],
    [{ sub: '4711', email: 'ann@example.com' }, 'ann@example.com'],
    [{ sub: '4711', email: 7 }, '4711'],
    [{ sub: 'auth0|47 11/ä' }, 'auth0-47-11--'],
    [{ sub: 'x'.repeat(255) }, 'x'.repeat(64)],
    [{ sub: 'x' }, 'keywitness-login'],
    [{}, 'keywitness-login'],
  ];
  for (const [claims, name] of cases) assert.equal(sessionName(claims), name);
});
