import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type CredentialRecord, SigningKeys } from '../../core/identity/index.ts';
import { createSignatureVerifier, type SignedRequest } from './index.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const caller = { principalArn: 'arn:aws:iam::111122223333:user/ann', credentialId: 'AKIDEXAMPLE12345' };
const credential: CredentialRecord = {
  accessKeyId: 'AKIDEXAMPLE12345',
  principalArn: caller.principalArn,
  sealedSecret: '',
  createdAtMs: 0,
  disabled: false,
};

const keys = new SigningKeys();
const verify = createSignatureVerifier({
  region: 'us-east-1',
  services: ['kms', 'sts'],
  clockSkewMs: 300_000,
  nowMs: () => Date.parse('2015-08-30T12:36:00Z'),
  signatureKey: (id, scope) =>
    id === credential.accessKeyId
      ? { key: keys.for(credential, scope, () => Buffer.from(secretAccessKey)), caller }
      : undefined,
});

/** Parts of a signed request that a case replaces; what is signed follows them. */
interface Parts {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly signed: string;
  readonly scope: string;
  readonly stamp: string;
  readonly body: string;
  /** Makes the header from the right signature. */
  readonly authorization: (signature: string, parts: Parts) => string | undefined;
}

const usual: Parts = {
  method: 'POST',
  target: '/',
  headers: [
    ['Host', '127.0.0.1:7443'],
    ['X-Amz-Date', '20150830T123600Z'],
    ['X-Amz-Target', 'TrentService.ListKeys'],
  ],
  signed: 'host;x-amz-date;x-amz-target',
  scope: '20150830/us-east-1/kms/aws4_request',
  stamp: '20150830T123600Z',
  body: '{}',
  authorization: (signature, { scope, signed }) =>
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE12345/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
};

/** Signs `parts` correctly, however unacceptable they are; targets are taken to be canonical. */
function requestOf(change: Partial<Parts>): SignedRequest {
  const parts = { ...usual, ...change };
  const [path = '', query = ''] = parts.target.split('?');
  const lines = parts.signed.split(';').map((name) => {
    const values = parts.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    return `${name}:${values.join(',')}`;
  });
  const bodyHash = createHash('sha256').update(parts.body).digest('hex');
  const claimed = parts.headers.find(([key]) => key === 'X-Amz-Content-Sha256')?.[1] ?? bodyHash;
  const canonical = [parts.method, path, query, ...lines, '', parts.signed, claimed].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  let key: Uint8Array = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of parts.scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const toSign = ['AWS4-HMAC-SHA256', parts.stamp, parts.scope, hash].join('\n');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = parts.authorization(signature, parts);
  const headers =
    authorization === undefined
      ? parts.headers
      : [...parts.headers, ['Authorization', authorization] as const];
  return {
    method: parts.method,
    target: parts.target,
    rawHeaders: headers.flat(),
    body: Buffer.from(parts.body),
  };
}

const header = (text: string | undefined): Partial<Parts> => ({ authorization: () => text });
const also = (...more: readonly (readonly [string, string])[]): Partial<Parts> => ({
  headers: [...usual.headers, ...more],
});
const dated = (name: string, value: string, signed: string): Partial<Parts> => ({
  headers: [
    ['Host', 'h'],
    [name, value],
  ],
  signed,
});
const scoped = (scope: string): Partial<Parts> => ({ scope });
const queried = (target: string): Partial<Parts> => ({ target });

const MISSING = 'Missing Authentication Token';
const TOKEN = 'The security token included in the request is invalid.';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const ORDER = "The names in 'SignedHeaders' must be lower case, sorted, and each there once.";
const ABSENT = "A header in 'SignedHeaders' is absent, or has characters that do not belong there.";
const TARGET = 'The request target must be a path and a query in well-formed percent-encoding.';
const SEGMENTS = 'The path of the request must not have empty segments or segments of dots.';
const PRESIGNED = 'Presigned requests are not accepted: sign the request in its Authorization header.';
const PAYLOAD = 'Unsigned and streamed payloads are not accepted: sign the SHA-256 of the whole body.';
const HASH = "The provided 'x-amz-content-sha256' header does not match what was computed.";
const LONG = 'The Authorization header is too long or has characters that do not belong there.';
const ISO = "Date must be in ISO-8601 'basic format'.";
const WIKI = 'See http://en.wikipedia.org/wiki/ISO_8601';
const NOTHING =
  "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.";
const FIVE = 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.';

type Refusal = readonly [name: string, change: Partial<Parts>, code: string, message: string];

const refusals: readonly Refusal[] = [
  ['no Authorization header', header(undefined), 'MissingAuthenticationToken', MISSING],
  ['an empty header', header(''), 'MissingAuthenticationToken', MISSING],
  ['a bearer token', header('Bearer eyJh'), 'MissingAuthenticationToken', MISSING],
  ['SigV2', header('AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg='), 'MissingAuthenticationToken', MISSING],
  [
    'SigV4A',
    header('AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00'),
    'IncompleteSignature',
    "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now).",
  ],
  [
    'an algorithm that is not repeated',
    header('AWS4-<b>'),
    'IncompleteSignature',
    "Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now).",
  ],
  ['the algorithm alone', header('AWS4-HMAC-SHA256'), 'IncompleteSignature', NOTHING],
  [
    'empty parameters',
    header('AWS4-HMAC-SHA256 Credential=, Signature=, SignedHeaders='),
    'IncompleteSignature',
    NOTHING,
  ],
  [
    'no signature and no date',
    { headers: [['Host', 'h']], authorization: () => 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host' },
    'IncompleteSignature',
    "Authorization header requires 'Signature' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  ],
  [
    'a part without an equals sign',
    header('AWS4-HMAC-SHA256 Credential'),
    'IncompleteSignature',
    'Authorization header has a part that is no key=value pair (missing equal-sign).',
  ],
  [
    'an unknown parameter',
    header('AWS4-HMAC-SHA256 Region=a'),
    'IncompleteSignature',
    'Authorization header has an unknown parameter.',
  ],
  [
    'a parameter twice',
    header('AWS4-HMAC-SHA256 Signature=a, Signature=a'),
    'IncompleteSignature',
    "Authorization header repeats the 'Signature' parameter.",
  ],
  [
    'two Authorization headers',
    also(['authorization', 'AWS4-HMAC-SHA256']),
    'IncompleteSignature',
    'The request has more than one Authorization header.',
  ],
  [
    'an endless header',
    header(`AWS4-HMAC-SHA256 Signature=${'a'.repeat(4096)}`),
    'IncompleteSignature',
    LONG,
  ],
  ['a header with a control character', header('AWS4-HMAC-SHA256 \u0000'), 'IncompleteSignature', LONG],
  ['presigned', queried('/?X-Amz-Algorithm=AWS4-HMAC-SHA256'), 'IncompleteSignature', PRESIGNED],
  ['presigned, in disguise', queried('/?a=b&%58-aMz%2DSignature=0'), 'IncompleteSignature', PRESIGNED],
  [
    'presigned without a header',
    { target: '/?X-Amz-Signature=0', ...header(undefined) },
    'IncompleteSignature',
    PRESIGNED,
  ],
  ['half a percent-encoding', queried('/a%4'), 'IncompleteSignature', TARGET],
  ['no percent-encoding', queried('/?a=%zz'), 'IncompleteSignature', TARGET],
  ['an absolute target', queried('http://h/'), 'IncompleteSignature', TARGET],
  ['a fragment', queried('/#a'), 'IncompleteSignature', TARGET],
  ['a backslash', queried('/a\\b'), 'IncompleteSignature', TARGET],
  ['a target above ASCII', queried('/\u00e9'), 'IncompleteSignature', TARGET],
  ['an empty target', queried(''), 'IncompleteSignature', TARGET],
  ['a double slash', queried('//'), 'IncompleteSignature', SEGMENTS],
  ['a segment of one dot', queried('/./a'), 'IncompleteSignature', SEGMENTS],
  ['a segment of encoded dots', queried('/a/%2e%2E'), 'IncompleteSignature', SEGMENTS],
  [
    'a plus sign in the query',
    queried('/?a+b=c'),
    'IncompleteSignature',
    'The query of the request must write a space as %20 and a plus sign as %2B.',
  ],
  ['no date at all', dated('X-Amz-Date', '', 'host;x-amz-date'), 'IncompleteSignature', `${ISO} ${WIKI}`],
  [
    'extended format',
    dated('X-Amz-Date', '2015-08-30T12:36:00Z', 'host;x-amz-date'),
    'IncompleteSignature',
    `${ISO} Got '2015-08-30T12:36:00Z'. ${WIKI}`,
  ],
  [
    'a day that is not',
    dated('X-Amz-Date', '20150230T123600Z', 'host;x-amz-date'),
    'IncompleteSignature',
    `${ISO} Got '20150230T123600Z'. ${WIKI}`,
  ],
  [
    'an HTTP date in x-amz-date',
    dated('X-Amz-Date', 'Sun, 30 Aug 2015 12:36:00 GMT', 'host;x-amz-date'),
    'IncompleteSignature',
    `${ISO} Got 'Sun, 30 Aug 2015 12:36:00 GMT'. ${WIKI}`,
  ],
  [
    'another HTTP date',
    dated('Date', 'Sunday, 30-Aug-15 12:36:00 GMT', 'date;host'),
    'IncompleteSignature',
    `${ISO} Got 'Sunday, 30-Aug-15 12:36:00 GMT'. ${WIKI}`,
  ],
  [
    'an HTTP date of another zone',
    dated('Date', 'Sun, 30 Aug 2015 07:36:00 EST', 'date;host'),
    'IncompleteSignature',
    `${ISO} Got 'Sun, 30 Aug 2015 07:36:00 EST'. ${WIKI}`,
  ],
  ['two dates', also(['X-Amz-Date', '20150830T123600Z']), 'IncompleteSignature', `${ISO} ${WIKI}`],
  [
    'no host',
    { signed: 'x-amz-date;x-amz-target' },
    'InvalidSignature',
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'x-amz-target unsigned',
    { signed: 'host;x-amz-date' },
    'InvalidSignature',
    "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'any x-amz header unsigned',
    also(['X-Amz-New', '1']),
    'InvalidSignature',
    "'x-amz-new' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'a reason unsigned, which somebody on the way may have given',
    also(['X-Keywitness-Justification', 'ticket 4711']),
    'InvalidSignature',
    "'x-keywitness-justification' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'a session token unsigned',
    also(['X-Amz-Security-Token', 'secret']),
    'InvalidSignature',
    "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'a second target',
    also(['X-Amz-Target', 'TrentService.Decrypt']),
    'IncompleteSignature',
    "The request has more than one header 'x-amz-target'.",
  ],
  [
    'a second host',
    also(['host', 'h']),
    'IncompleteSignature',
    "The request has more than one header 'host'.",
  ],
  ['a signed header that is absent', { signed: `accept;${usual.signed}` }, 'IncompleteSignature', ABSENT],
  [
    'a signed header with a line break',
    { ...also(['A', 'b\nhost:c']), signed: `a;${usual.signed}` },
    'IncompleteSignature',
    ABSENT,
  ],
  [
    'a line break in the first of two signed headers',
    { ...also(['A', 'b\nc'], ['A', 'd']), signed: `a;${usual.signed}` },
    'IncompleteSignature',
    ABSENT,
  ],
  [
    'a signed header that is no bytes',
    { ...also(['A', '\u0141']), signed: `a;${usual.signed}` },
    'IncompleteSignature',
    ABSENT,
  ],
  ['unsorted names', { signed: 'x-amz-date;host;x-amz-target' }, 'IncompleteSignature', ORDER],
  ['upper-case names', { signed: 'Host;x-amz-date;x-amz-target' }, 'IncompleteSignature', ORDER],
  ['a name twice', { signed: 'host;host;x-amz-date;x-amz-target' }, 'IncompleteSignature', ORDER],
  ['an empty name', { signed: 'host;x-amz-date;x-amz-target;' }, 'IncompleteSignature', ORDER],
  ['four elements', scoped('20150830/us-east-1/kms'), 'IncompleteSignature', FIVE],
  ['six elements', scoped('20150830/us-east-1/kms/aws4_request/'), 'IncompleteSignature', FIVE],
  [
    'another region',
    scoped('20150830/eu-west-1/kms/aws4_request'),
    'InvalidSignature',
    "Credential should be scoped to a valid region, not 'eu-west-1'.",
  ],
  [
    'another service',
    scoped('20150830/us-east-1/s3/aws4_request'),
    'InvalidSignature',
    "Credential should be scoped to correct service: 'kms' or 'sts'.",
  ],
  [
    'another terminator',
    scoped('20150830/us-east-1/kms/aws5_request'),
    'InvalidSignature',
    "Credential should be scoped with a valid terminator: 'aws4_request'.",
  ],
  [
    'another day',
    scoped('20150831/us-east-1/kms/aws4_request'),
    'InvalidSignature',
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150831' != '20150830', from '20150830T123600Z'.",
  ],
  [
    'everything wrong about the scope, told at once',
    scoped('<>/<>/<>/<>'),
    'InvalidSignature',
    "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'kms' or 'sts'. Credential should be scoped with a valid terminator: 'aws4_request'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
  ],
  ['a method that is none', { method: 'PO ST' }, 'IncompleteSignature', 'The request has an unknown method.'],
  [
    'a session token on a long-lived access key',
    { ...also(['X-Amz-Security-Token', 't']), signed: 'host;x-amz-date;x-amz-security-token;x-amz-target' },
    'UnrecognizedClient',
    TOKEN,
  ],
  ...(
    [
      ['UNSIGNED-PAYLOAD', 'IncompleteSignature', PAYLOAD],
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'IncompleteSignature', PAYLOAD],
      ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'IncompleteSignature', PAYLOAD],
      [createHash('sha256').update('').digest('hex'), 'InvalidSignature', HASH],
      [createHash('sha256').update('{}').digest('hex').toUpperCase(), 'InvalidSignature', HASH],
    ] as const
  ).map(([value, code, message]): Refusal => [
    `x-amz-content-sha256 of ${value}`,
    {
      ...also(['X-Amz-Content-Sha256', value]),
      signed: 'host;x-amz-content-sha256;x-amz-date;x-amz-target',
    },
    code,
    message,
  ]),
  [
    'an unknown access key',
    {
      authorization: (signature, parts) => usual.authorization(signature, parts)?.replace('12345/', '54321/'),
    },
    'UnrecognizedClient',
    TOKEN,
  ],
  [
    'no signature worth the name',
    { authorization: (_, parts) => usual.authorization('\u00ff', parts) },
    'InvalidSignature',
    MISMATCH,
  ],
  [
    'more than the signature',
    { authorization: (signature, parts) => usual.authorization(`${signature}0`, parts) },
    'InvalidSignature',
    MISMATCH,
  ],
];

test('verifies what the cases below change', () => {
  const verdict = verify(requestOf({}));
  assert.deepEqual(verdict, {
    kind: 'verified',
    caller,
    scope: { date: '20150830', region: 'us-east-1', service: 'kms' },
  });
});

for (const [name, change, code, message] of refusals) {
  test(`refuses: ${name}`, () => {
    const verdict = verify(requestOf(change));
    assert.equal(verdict.kind, 'refused');
    assert.deepEqual([verdict.code, verdict.message], [code, message]);
  });
}
