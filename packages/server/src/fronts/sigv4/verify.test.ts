import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KMSClient } from '@aws-sdk/client-kms';
import { HttpRequest } from '@smithy/core/protocols';
import fc from 'fast-check';
import { type CredentialRecord, SigningKeys } from '../../core/identity/index.ts';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { urlSegment } from '../http/url-segment.test-fixture.ts';
import { createSignatureVerifier, type SignatureVerifier, type SignedRequest } from './index.ts';

interface Vector {
  readonly name: string;
  readonly region: string;
  readonly service: string;
  readonly now: string;
  readonly clockSkewSeconds: number;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly bodyHex: string;
  readonly verdict: string;
  readonly message?: string;
}

const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const caller = { principalArn: 'arn:aws:iam::111122223333:user/ann', credentialId: accessKeyId };
const credential: CredentialRecord = {
  accessKeyId,
  principalArn: caller.principalArn,
  sealedSecret: '',
  createdAtMs: 0,
  disabled: false,
};
const now = '20150830T123600Z';
const usualRules = { region: 'us-east-1', services: ['kms'], clockSkewMs: 300_000 };

function verifierAt(moment: string, rules = usualRules): SignatureVerifier {
  const keys = new SigningKeys();
  return createSignatureVerifier({
    ...rules,
    nowMs: () => Date.parse(extended(moment)),
    signatureKey: (id, scope) =>
      id === accessKeyId
        ? { key: keys.for(credential, scope, () => Buffer.from(secretAccessKey)), caller }
        : undefined,
  });
}

function extended(basic: string): string {
  return `${basic.slice(0, 4)}-${basic.slice(4, 6)}-${basic.slice(6, 11)}:${basic.slice(11, 13)}:${basic.slice(13)}`;
}

function readVectors(): readonly Vector[] {
  const url = new URL('../../../../../spec/vectors/sigv4.json', import.meta.url);
  const vectors: unknown = JSON.parse(readFileSync(url, 'utf8'));
  assert.ok(isVectors(vectors));
  return vectors;
}

function isVectors(value: unknown): value is readonly Vector[] {
  const members = ['name', 'region', 'service', 'now', 'method', 'target', 'headers', 'bodyHex', 'verdict'];
  return (
    Array.isArray(value) &&
    value.every(
      (vector: unknown) =>
        typeof vector === 'object' && vector !== null && members.every((member) => member in vector),
    )
  );
}

test('answers every vector', () => {
  const vectors = readVectors();
  assert.ok(vectors.length >= 20);
  for (const vector of vectors) {
    const { region, service, clockSkewSeconds, name, method, target, headers, bodyHex } = vector;
    const rules = { region, services: [service], clockSkewMs: clockSkewSeconds * 1000 };
    const request = { method, target, rawHeaders: headers.flat(), body: Buffer.from(bodyHex, 'hex') };
    const verdict = verifierAt(vector.now, rules)(request);
    assert.equal(verdict.kind === 'refused' ? verdict.code : verdict.kind, vector.verdict, name);
    if (verdict.kind === 'refused') assert.equal(verdict.message, vector.message, name);
    if (verdict.kind === 'verified') assert.deepEqual(verdict.caller, caller, name);
  }
});

/** A request before it is signed, with what it means beside how it is written. */
interface Draft {
  readonly method: string;
  readonly path: string;
  /** Decoded. */
  readonly query: readonly (readonly [string, string])[];
  /** All are signed; the date is added. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** RFC 3986 encoding of text, as AWS describes it ("UriEncode"). */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function targetOf({ path, query }: Draft): string {
  const written = query.map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`).join('&');
  return query.length === 0 ? path : `${path}?${written}`;
}

/** Signing as AWS's "Create a signed AWS API request" puts it, step by step, with no thought of speed. */
function signByTheBook(draft: Draft): SignedRequest {
  const headers = [...draft.headers, ['X-Amz-Date', now] as const];
  const names = [...new Set(headers.map(([name]) => name.toLowerCase()))].toSorted();
  const canonicalHeaders = names.map((name) => {
    const values = headers
      .filter(([key]) => key.toLowerCase() === name)
      .map(([, value]) => value.replaceAll(/ +/g, ' ').replace(/^ /, '').replace(/ $/, ''));
    return `${name}:${values.join(',')}\n`;
  });
  const canonicalQuery = draft.query
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .toSorted((left, right) => Buffer.compare(Buffer.from(left.join('\0')), Buffer.from(right.join('\0'))))
    .map((pair) => pair.join('='))
    .join('&');
  const canonicalRequest = [
    draft.method,
    draft.path.split('/').map(uriEncode).join('/'),
    canonicalQuery,
    canonicalHeaders.join(''),
    names.join(';'),
    createHash('sha256').update(draft.body).digest('hex'),
  ].join('\n');
  const hash = createHash('sha256').update(Buffer.from(canonicalRequest, 'latin1')).digest('hex');
  const scope = `${now.slice(0, 8)}/us-east-1/kms/aws4_request`;
  let key: Uint8Array = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const toSign = `AWS4-HMAC-SHA256\n${now}\n${scope}\n${hash}`;
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return {
    method: draft.method,
    target: targetOf(draft),
    rawHeaders: [...headers.flat(), 'Authorization', authorization],
    body: draft.body,
  };
}

const word = fc.string({
  unit: fc.constantFrom(...Array.from("abzAZ019-._~:@!$&'()*+,;= /?é😀%")),
  minLength: 1,
  maxLength: 6,
});
const segment = word.map(uriEncode).filter((text) => text !== '.' && text !== '..');
const path = fc
  .array(fc.oneof(segment, fc.constantFrom('v1', 'a:b', 'x@y=z')), { maxLength: 3 })
  .map((segments) => `/${segments.join('/')}`);
const query = fc.array(fc.tuple(word, fc.oneof(word, fc.constant(''))), { maxLength: 4 });
const value = fc.string({ unit: fc.constantFrom(...Array.from('abc ,;="0/')), maxLength: 12 });
const name = fc.constantFrom('Content-Type', 'X-Note', 'amz-sdk-request', 'content-length', 'x-amzn-trace');
const draft = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path,
  query,
  headers: fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((more) => [['Host', '127.0.0.1:7443'], ['X-Amz-Target', 'TrentService.Decrypt'], ...more] as const),
  body: fc.uint8Array({ maxLength: 40 }),
});

test('verifies what is signed by the book', () => {
  const verify = verifierAt(now);
  fc.assert(
    fc.property(draft, (written) => {
      const verdict = verify(signByTheBook(written));
      assert.deepEqual(verdict, {
        kind: 'verified',
        caller,
        scope: { date: '20150830', region: 'us-east-1', service: 'kms' },
      });
    }),
    { numRuns: 500 },
  );
});

test("verifies what the AWS SDK's own signer signs", async () => {
  const client = new KMSClient({ region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  const signer = await client.config.signer();
  const verify = verifierAt(now);
  await fc.assert(
    fc.asyncProperty(draft, async (written) => {
      const parameters = new Map<string, string[]>();
      for (const [key, text] of written.query) {
        parameters.set(key, [...(parameters.get(key) ?? []), text]);
      }
      const unsigned = new HttpRequest({
        method: written.method,
        path: written.path,
        query: Object.fromEntries(parameters),
        headers: Object.fromEntries(written.headers),
        body: written.body,
      });
      const signed = await signer.sign(unsigned, { signingDate: new Date(extended(now)) });
      const verdict = verify({
        method: signed.method,
        target: targetOf(written),
        rawHeaders: Object.entries(signed.headers).flat(),
        body: written.body,
      });
      assert.equal(verdict.kind, 'verified', JSON.stringify(verdict));
    }),
    { numRuns: 300 },
  );
  client.destroy();
});

/** Puts another character at a place of a text. */
function altered(text: string, at: number): string {
  const index = at % text.length;
  return `${text.slice(0, index)}${text[index] === 'z' ? 'y' : 'z'}${text.slice(index + 1)}`;
}

/** Every single change to what a signature covers. `at` chooses where. */
const changes: Readonly<Record<string, (request: SignedRequest, at: number) => SignedRequest>> = {
  method: (request) => ({ ...request, method: 'PUT' }),
  target: (request, at) => ({ ...request, target: altered(request.target, at) }),
  'longer target': (request) => ({ ...request, target: `${request.target}0` }),
  'header value': (request, at) => {
    const index = 1 + 2 * (at % (request.rawHeaders.length / 2));
    return { ...request, rawHeaders: request.rawHeaders.with(index, `x${request.rawHeaders[index] ?? ''}x`) };
  },
  'header name': (request, at) => {
    const index = 2 * (at % (request.rawHeaders.length / 2));
    return { ...request, rawHeaders: request.rawHeaders.with(index, 'x-other') };
  },
  'repeated header': (request, at) => {
    const index = 2 * (at % (request.rawHeaders.length / 2));
    return { ...request, rawHeaders: [...request.rawHeaders, ...request.rawHeaders.slice(index, index + 2)] };
  },
  'added header': (request) => ({ ...request, rawHeaders: ['X-Amz-Added', 'a', ...request.rawHeaders] }),
  authorization: (request, at) => {
    const last = request.rawHeaders.length - 1;
    const text = request.rawHeaders[last] ?? '';
    return { ...request, rawHeaders: request.rawHeaders.with(last, altered(text, at)) };
  },
  body: (request, at) => ({
    ...request,
    body: request.body.length === 0 ? Buffer.of(0) : alteredBytes(request.body, at),
  }),
};

function alteredBytes(bytes: Uint8Array, at: number): Uint8Array {
  const index = at % bytes.length;
  return bytes.with(index, (bytes[index] ?? 0) ^ (1 << (at % 8)));
}

for (const [what, change] of Object.entries(changes)) {
  test(`refuses a signed request with a change: ${what}`, () => {
    const verify = verifierAt(now);
    fc.assert(
      fc.property(draft, fc.nat(), (written, at) => {
        assert.equal(verify(change(signByTheBook(written), at)).kind, 'refused');
      }),
      { numRuns: 300 },
    );
  });
}

test('headers that are not signed do not matter', () => {
  const verify = verifierAt(now);
  const unsigned = ['Accept', 'User-Agent', 'X-Amz-User-Agent', 'X-Amzn-Trace-Id', 'Date', 'amz-sdk-retry'];
  fc.assert(
    fc.property(draft, fc.constantFrom(...unsigned), fc.string(), (written, key, text) => {
      const { rawHeaders, ...request } = signByTheBook(written);
      assert.equal(verify({ ...request, rawHeaders: [key, text, ...rawHeaders] }).kind, 'verified');
    }),
  );
});

test('the window is open at both its ends, and closed a second beyond them', () => {
  const request = signByTheBook({
    method: 'GET',
    path: '/',
    query: [],
    headers: [['Host', 'h']],
    body: Buffer.of(),
  });
  const at = (moment: string): string => verifierAt(moment)(request).kind;
  assert.deepEqual(
    [at('20150830T123100Z'), at('20150830T124100Z'), at('20150830T123059Z'), at('20150830T124101Z')],
    ['verified', 'verified', 'refused', 'refused'],
  );
});

test('an unknown access key is looked up and answered alike, whether or not the signature holds under it', () => {
  const asked: string[] = [];
  const verify = createSignatureVerifier({
    ...usualRules,
    nowMs: () => Date.parse(extended(now)),
    signatureKey: (id) => {
      asked.push(id);
      return undefined;
    },
  });
  const request = signByTheBook({
    method: 'GET',
    path: '/',
    query: [],
    headers: [['Host', 'h']],
    body: Buffer.of(),
  });
  const other = request.rawHeaders.with(
    -1,
    request.rawHeaders.at(-1)?.replace(/Signature=.*/, 'Signature=0') ?? '',
  );
  const answer = {
    kind: 'refused',
    code: 'UnrecognizedClient',
    message: 'The security token included in the request is invalid.',
  };
  assert.deepEqual(verify(request), answer);
  assert.deepEqual(verify({ ...request, rawHeaders: other }), answer);
  assert.deepEqual(asked, [accessKeyId, accessKeyId]);
});

test('a refusal names the access key that was claimed, when it has the form of one', () => {
  const claim = (text: string): string | undefined => {
    const verdict = verifierAt(now)({
      method: 'POST',
      target: '/%',
      rawHeaders: ['Authorization', text],
      body: Buffer.of(),
    });
    return verdict.kind === 'refused' ? verdict.claimedAccessKeyId : undefined;
  };
  assert.equal(claim('AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/a'), 'AKIAIOSFODNN7EXAMPLE');
  assert.equal(
    claim('AWS4-HMAC-SHA256 Signature=0,Credential=AKIAIOSFODNN7EXAMPLE/a'),
    'AKIAIOSFODNN7EXAMPLE',
  );
  assert.equal(claim('AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE'), undefined);
  assert.equal(claim('AWS4-HMAC-SHA256 Credential=short/a'), undefined);
  assert.equal(claim(`AWS4-HMAC-SHA256 Credential=${'A'.repeat(129)}/a`), undefined);
  assert.equal(claim('AWS4-HMAC-SHA256 Credential=<script>alert()/a'), undefined);
});

test('nothing that can be sent makes it throw, verify by chance, or repeat a signature', () => {
  const verify = verifierAt(now);
  const junk = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string(),
    fc.constantFrom('', '=', '/', ';', ', '),
  );
  const known = fc.constantFrom(
    'AWS4-HMAC-SHA256 ',
    'Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request',
    'SignedHeaders=host;x-amz-date',
    `Signature=${'5ec2e7'.repeat(11)}`,
    ' ',
    ',',
    now,
  );
  const text = fc.array(fc.oneof(junk, known), { maxLength: 8 }).map((parts) => parts.join(''));
  const key = fc.oneof(
    fc.constantFrom('Authorization', 'Host', 'X-Amz-Date', 'Date', 'x-amz-content-sha256', '__proto__'),
    junk,
  );
  const request = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST'), junk),
    target: fc.oneof(
      fc.constant('/'),
      fc.array(urlSegment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
      text,
      text.map((rest) => `/${rest}`),
    ),
    rawHeaders: fc.array(fc.tuple(key, text), { maxLength: 6 }).map((pairs) => pairs.flat()),
    body: fc.uint8Array({ maxLength: 8 }),
  });
  fc.assert(
    fc.property(request, (sent) => {
      const verdict = verify(sent);
      assert.equal(verdict.kind, 'refused');
      assert.ok(!verdict.message.includes('5ec2e7'));
    }),
    { numRuns: 3000 },
  );
});
