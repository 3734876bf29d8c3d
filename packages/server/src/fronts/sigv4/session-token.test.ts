import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { SigningKeys } from '../../core/identity/index.ts';
import { createSignatureVerifier, type SignatureVerdict } from './index.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const SESSION_ID = 'ASIAIOSFODNN7EXAMPLE';
const USER_ID = 'AKIAIOSFODNN7EXAMPLE';
const GOOD = 'Z29vZCB0b2tlbg+/==';
const EXPIRED = 'ZXhwaXJlZA==';
const STAMP = '20150830T123600Z';
const REGION = 'eu-central-1';

/** Access keys and tokens that were looked up, in order. */
type Asked = (readonly [accessKeyId: string, token: string | undefined])[];

function judge(
  headers: readonly (readonly [string, string])[],
  { id = SESSION_ID, signed = 'host;x-amz-date;x-amz-security-token', region = REGION, service = 'kms' } = {},
): { readonly verdict: SignatureVerdict; readonly asked: Asked } {
  const keys = new SigningKeys();
  const asked: Asked = [];
  const verify = createSignatureVerifier({
    region: REGION,
    services: ['kms', 'sts', 'iam'],
    clockSkewMs: 300_000,
    nowMs: () => Date.parse('2015-08-30T12:36:00Z'),
    signatureKey: (accessKeyId, scope, token) => {
      asked.push([accessKeyId, token]);
      if (token === EXPIRED) return 'expired';
      if (token !== (accessKeyId === SESSION_ID ? GOOD : undefined)) return undefined;
      const key = keys.for({ accessKeyId }, scope, () => Buffer.from(SECRET));
      return { key, caller: { principalArn: 'arn', credentialId: accessKeyId } };
    },
  });
  const all = [['Host', 'h'], ['X-Amz-Date', STAMP], ...headers] as const;
  const authorization = sign(all, id, signed, `${STAMP.slice(0, 8)}/${region}/${service}/aws4_request`);
  const rawHeaders = [...all.flat(), 'Authorization', authorization];
  return { verdict: verify({ method: 'POST', target: '/', rawHeaders, body: Buffer.of() }), asked };
}

/** Signs as AWS describes it. Headers with the same name are joined. */
function sign(
  headers: readonly (readonly [string, string])[],
  id: string,
  signed: string,
  scope: string,
): string {
  const lines = signed.split(';').map((name) => {
    const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    return `${name}:${values.join(',')}`;
  });
  const emptyHash = createHash('sha256').digest('hex');
  const canonical = ['POST', '/', '', ...lines, '', signed, emptyHash].join('\n');
  let key: Uint8Array = Buffer.from(`AWS4${SECRET}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const hash = createHash('sha256').update(canonical).digest('hex');
  const signature = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${STAMP}\n${scope}\n${hash}`)
    .digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

const token = (text: string): readonly [string, string] => ['X-Amz-Security-Token', text];
const answer = ({ verdict }: ReturnType<typeof judge>): string =>
  verdict.kind === 'verified' ? 'verified' : verdict.code;

test('short-lived credentials are good with their token', () => {
  const { verdict, asked } = judge([token(GOOD)]);
  assert.equal(verdict.kind, 'verified');
  assert.equal(verdict.caller.credentialId, SESSION_ID);
  assert.deepEqual(asked, [[SESSION_ID, GOOD]]);
});

test('a token that is not signed is refused before any credential is looked up', () => {
  const { verdict, asked } = judge([token(GOOD)], { signed: 'host;x-amz-date' });
  assert.equal(verdict.kind, 'refused');
  assert.equal(verdict.code, 'InvalidSignature');
  assert.deepEqual(asked, []);
});

test('a token that is there twice is refused, the same or another one, signed or not', () => {
  for (const other of [GOOD, EXPIRED, '']) {
    const twice = judge([token(GOOD), token(other)]);
    assert.equal(answer(twice), 'IncompleteSignature');
    assert.deepEqual(twice.asked, []);
  }
  assert.equal(answer(judge([token(GOOD), ['x-amz-security-TOKEN', EXPIRED]])), 'IncompleteSignature');
});

test('two tokens joined into one header are one unknown token', () => {
  assert.equal(answer(judge([token(`${GOOD},${GOOD}`)])), 'UnrecognizedClient');
});

test('long-lived access keys have no token, and short-lived ones are nothing without it', () => {
  const usual = { signed: 'host;x-amz-date' };
  assert.equal(answer(judge([], { id: USER_ID, ...usual })), 'verified');
  for (const refused of [
    judge([token(GOOD)], { id: USER_ID }),
    judge([token('')], { id: USER_ID }),
    judge([], { id: SESSION_ID, ...usual }),
  ]) {
    assert.equal(answer(refused), 'UnrecognizedClient');
    assert.deepEqual(refused.asked, []);
  }
});

test('an unknown token is refused in the same words as an unknown access key', () => {
  const unknownToken = judge([token('dW5rbm93bg==')]);
  const unknownKey = judge([token(GOOD)], { id: 'ASIAUNKNOWN7EXAMPLE2' });
  for (const { verdict } of [unknownToken, unknownKey]) {
    assert.equal(verdict.kind, 'refused');
    assert.equal(verdict.message, 'The security token included in the request is invalid.');
  }
});

test('an expired token is told so', () => {
  const { verdict } = judge([token(EXPIRED)]);
  assert.equal(verdict.kind, 'refused');
  assert.deepEqual(
    [verdict.code, verdict.message, verdict.claimedAccessKeyId],
    ['ExpiredToken', 'The security token included in the request is expired', SESSION_ID],
  );
});

test('tokens longer than 16 KiB are not looked at', () => {
  const long = judge([token('a'.repeat(16_385))]);
  assert.equal(answer(long), 'UnrecognizedClient');
  assert.deepEqual(long.asked, []);
  assert.equal(judge([token('a'.repeat(16_384))]).asked.length, 1);
});

test('no refusal repeats the token', () => {
  for (const headers of [
    [token(EXPIRED)],
    [token(GOOD), token(GOOD)],
    [token(`${GOOD}x`)],
    [token(`${GOOD}\u0007`)],
  ]) {
    const { verdict } = judge(headers);
    assert.equal(verdict.kind, 'refused');
    assert.ok(!JSON.stringify(verdict).includes(GOOD.slice(0, 8)));
    assert.ok(!JSON.stringify(verdict).includes(EXPIRED.slice(0, 8)));
  }
});

test('IAM and STS may be signed for us-east-1 or for the region here, KMS for the latter alone', () => {
  const signedFor = (service: string, region: string): string =>
    answer(judge([token(GOOD)], { service, region }));
  assert.deepEqual(
    ['iam', 'sts', 'kms'].map((service) => [
      service,
      signedFor(service, REGION),
      signedFor(service, 'us-east-1'),
    ]),
    [
      ['iam', 'verified', 'verified'],
      ['sts', 'verified', 'verified'],
      ['kms', 'verified', 'InvalidSignature'],
    ],
  );
  assert.equal(signedFor('iam', 'eu-west-1'), 'InvalidSignature');
  assert.equal(signedFor('keywitness', 'us-east-1'), 'InvalidSignature');
});

test('a request is unsigned when it has neither a signature, presigned or not, nor a token', () => {
  const verify = createSignatureVerifier({
    region: REGION,
    services: ['kms'],
    clockSkewMs: 0,
    nowMs: () => 0,
    signatureKey: () => undefined,
  });
  const unsigned = (rawHeaders: readonly string[], target = '/'): true | undefined => {
    const verdict = verify({
      method: 'POST',
      target,
      rawHeaders: ['Host', 'h', ...rawHeaders],
      body: Buffer.of(),
    });
    return verdict.kind === 'refused' ? verdict.unsigned : undefined;
  };
  assert.equal(unsigned([]), true);
  assert.equal(unsigned(['Authorization', '']), undefined);
  assert.equal(unsigned(['Authorization', 'Bearer a']), undefined);
  assert.equal(unsigned(['X-Amz-Security-Token', GOOD]), undefined);
  assert.equal(unsigned([], '/?X-Amz-Signature=00'), undefined);
  assert.equal(unsigned([], '/?x-amz-algorithm=a'), undefined);
  assert.equal(unsigned([], '/?%'), undefined);
});
