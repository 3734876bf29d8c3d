import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { claimedAccessKeyId, readAuthorization } from './authorization.ts';
import { readHeaderFields } from './header-fields.ts';

const scope = '20150830/us-east-1/kms/aws4_request';
const standard: readonly string[] = [
  `Credential=AKIDEXAMPLE/${scope}`,
  'SignedHeaders=host;x-amz-date',
  `Signature=${'0'.repeat(64)}`,
];

test('a secret access key in the place of the access key id is not taken for one (G8)', () => {
  const character = fc.constantFrom('A', 'B', 'Z', 'a', 'b', 'z', '0', '9');
  const secrets = fc.string({ unit: character, minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(
      secrets.filter((secret) => /[a-z]/.test(secret)),
      (secret) => {
        const text = `AWS4-HMAC-SHA256 Credential=${secret}/${scope}, SignedHeaders=host, Signature=0`;
        assert.equal(claimedAccessKeyId(readHeaderFields(['Authorization', text])), undefined);
      },
    ),
  );
});

const part = fc.oneof(
  fc.constantFrom(...standard, 'Credential=AKIDEXAMPLE', 'SignedHeaders=host', 'Signature=0', 'XSignature=0'),
  fc
    .constantFrom('0', '0'.repeat(64), '1'.repeat(64), '')
    .chain((tail) => fc.constantFrom(`Credential=aSignature=${tail}`, `Signature=${tail}`)),
);

test('what was read before changes no answer', () => {
  let unread = 0;
  const read = (list: readonly string[], date: boolean, commas: number): unknown => {
    const text = `AWS4-HMAC-SHA256 ${','.repeat(commas)}${list.join(', ')}`;
    return readAuthorization(
      readHeaderFields(['Authorization', text, ...(date ? ['X-Amz-Date', '20150830T123600Z'] : [])]),
    );
  };
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...standard]),
      fc.array(part, { maxLength: 4 }),
      fc.boolean(),
      (first, others, date) => {
        for (const list of [first, others, [...others, ...first]]) {
          // More commas mean the same, and make it a text that was not read before.
          unread = (unread % 2000) + 1;
          assert.deepEqual(read(list, date, 0), read(list, date, unread));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a signature is that of this request, not the one that was read before', () => {
  for (const digit of ['0', '1', '2']) {
    const signature = digit.repeat(64);
    const text = `AWS4-HMAC-SHA256 ${standard.slice(0, 2).join(', ')}, Signature=${signature}`;
    const answer = readAuthorization(readHeaderFields(['Authorization', text, 'Date', '20150830T123600Z']));
    assert.equal(answer.kind, 'read');
    assert.equal(answer.signature, signature);
  }
});

test('what looks like a signature inside of another parameter is not taken for the signature', () => {
  const read = (tail: string): unknown =>
    readAuthorization(
      readHeaderFields([
        'Authorization',
        `AWS4-HMAC-SHA256 Signature=0, SignedHeaders=host, Credential=aSignature=${tail}`,
        'Date',
        '20150830T123600Z',
      ]),
    );
  for (const tail of ['0', '0'.repeat(64)]) {
    assert.deepEqual(read(tail), {
      kind: 'read',
      credential: [`aSignature=${tail}`],
      signedHeaders: 'host',
      signedNames: ['host'],
      signed: new Set(['host']),
      signature: '0',
    });
  }
});
