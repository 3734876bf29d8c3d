import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { CompactSign } from 'jose';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import {
  benchFor,
  encodePart,
  makeKey,
  nowSeconds,
  signToken,
  startIssuer,
  usualClaims,
} from './issuer.test-fixture.ts';
import { parseObject } from './strict-json.ts';

const key = await makeKey('k1');
const issuer = await startIssuer([key.jwk]);
after(() => issuer[Symbol.asyncDispose]());
const bench = benchFor(issuer.provider);
const genuine = await signToken(key, usualClaims(issuer.url));

test('arbitrary texts are refused and never make the verifier throw', async () => {
  const part = fc.oneof(
    fc.json().map(encodePart),
    fc.constantFrom(...genuine.split('.')),
    fc.base64String().map((text) => text.replace(/=+$/, '')),
    fc.string(),
  );
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 300 }),
    fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (candidate) => {
      if (candidate === genuine) return;
      assert.equal((await bench.verify(candidate)).kind, 'refused');
    }),
    { numRuns: 500 },
  );
});

test('no single changed character leaves a token valid', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';
  const change = fc.record({
    at: fc.nat({ max: genuine.length - 1 }),
    by: fc.constantFrom(...alphabet.split('')),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, by }) => {
      const changed = genuine.slice(0, at) + by + genuine.slice(at + 1);
      assert.equal((await bench.verify(changed)).kind, changed === genuine ? 'verified' : 'refused');
    }),
    { numRuns: 300 },
  );
});

test('whatever an issuer signs, what is verified is for us, of now, and readable', async () => {
  const often = <Value>(usual: fc.Arbitrary<Value>, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: odd });
  const time = (from: number, to: number): fc.Arbitrary<unknown> =>
    often(fc.integer({ min: nowSeconds + from, max: nowSeconds + to }), fc.oneof(fc.double(), fc.string()));
  const audience = fc.constantFrom('keywitness', 'other-client', 'x');
  const claims = fc.record(
    {
      iss: fc.constant(issuer.url),
      sub: often(fc.string({ minLength: 1 }), fc.anything()),
      aud: fc.oneof(audience, fc.array(audience)),
      azp: audience,
      exp: time(-200, 700),
      iat: time(-700, 200),
      nbf: time(-700, 200),
      amr: often(fc.array(fc.constantFrom('mfa', 'pwd', 'otp')), fc.anything()),
      other: fc.anything(),
    },
    { requiredKeys: ['iss', 'sub', 'aud', 'exp', 'iat'] },
  );
  let verified = 0;
  await fc.assert(
    fc.asyncProperty(claims, async (made) => {
      const payload = Buffer.from(JSON.stringify(made, (_name, value: unknown) => writable(value)));
      const token = await new CompactSign(payload)
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .sign(key.privateKey);
      const verdict = await bench.verify(token);
      if (verdict.kind === 'refused') return;
      verified += 1;
      const { webIdentity } = verdict;
      assert.ok(['keywitness', 'other-client'].includes(webIdentity.audience));
      assert.ok(
        webIdentity.expiresAtMs + 60_000 > bench.nowMs && webIdentity.issuedAtMs <= bench.nowMs + 60_000,
      );
      assert.ok(webIdentity.subject.length > 0 && webIdentity.subject.length <= 255);
      for (const values of Object.values(webIdentity.claims)) {
        assert.ok(values.length > 0 && values.every((value) => typeof value === 'string'));
      }
    }),
    { numRuns: 1000 },
  );
  assert.ok(verified > 0, 'nothing was verified, so nothing was shown');
});

/** JSON knows no big integers. */
function writable(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

test('JSON objects are read as JSON.parse reads them, and everything else is not read', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      const value: unknown = JSON.parse(text);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      const read = parseObject(Buffer.from(text));
      // Objects that say a member twice are written by nobody's JSON.stringify, and fast-check uses that.
      assert.deepEqual(read, isObject ? value : undefined);
    }),
  );
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, value) => {
      const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
      assert.notEqual(parseObject(Buffer.from(`{${member}}`)), undefined);
      assert.equal(parseObject(Buffer.from(`{${member},${member}}`)), undefined);
    }),
  );
});
