import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalText, describeEvent, eventRow, readEvent } from './index.ts';

const reEncrypt = {
  schema: 'keywitness.event/1',
  id: '01980000-0000-7000-8000-000000000001',
  time: '2026-07-01T12:00:00.123Z',
  action: 'key.re-encrypt',
  outcome: 'denied',
  count: 3,
  error: { code: 'AccessDeniedException', message: 'alice may not' },
  actor: { type: 'user', name: 'alice', arn: 'arn:aws:iam::123456789012:user/alice' },
  client: { address: '192.0.2.7', userAgent: 'aws-cli/2' },
  key: { requested: 'arn:aws:kms:us-east-1:123456789012:alias/files', id: 'k-1' },
  context: { customer: '4711', constructor: 'x' },
  sourceContext: { customer: '4711', purpose: 'old' },
  decisions: [
    {
      effect: 'allow',
      permission: 'kms:ReEncryptFrom',
      resource: 'arn:k-2',
      policyKind: 'identity-based',
      policy: 'default',
      statement: '#0',
    },
    {
      effect: 'implicit-deny',
      permission: 'kms:ReEncryptTo',
      resource: 'arn:k-1',
      policyKind: 'resource-based',
    },
  ],
  later: { member: [1, { nobody: 'knows' }] },
};

test('a row tells who, what, which key, which asset, how it ended and from where', () => {
  assert.deepEqual(eventRow(7, reEncrypt, 'utc'), [
    '7',
    '2026-07-01 12:00:00',
    'alice',
    'key.re-encrypt',
    'alias/files',
    'customer=4711, constructor=x, purpose=old',
    'denied x3',
    '192.0.2.7',
  ]);
});

test('a caller who was not verified is not called by a name', () => {
  const actor = { type: 'anonymous', credentialId: 'AKIA1', name: 'admin', unverified: true };
  assert.equal(eventRow(0, { actor }, 'utc')[2], '? claims AKIA1');
});

test('an event is described with the statements that decided', () => {
  const lines = describeEvent(reEncrypt, { index: 7, zone: 'utc' });
  assert.ok(lines.includes('outcome     denied x3: AccessDeniedException, alice may not'));
  assert.deepEqual(
    lines.filter((line) => line.startsWith('why')),
    [
      'why         kms:ReEncryptFrom on arn:k-2 is allowed by statement `#0` of the identity-based policy `default`',
      'why         kms:ReEncryptTo on arn:k-1 is denied because no resource-based policy allows it',
    ],
  );
});

test('every member of an event is shown, known or not', () => {
  const text = describeEvent(reEncrypt, { index: 7, zone: 'utc' }).join('\n');
  assert.match(text, /later\.member\.1\.nobody +knows/);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (event) => {
      const lines = describeEvent(event, { index: 0, zone: 'utc' }).join('\n');
      for (const name of Object.keys(event)) assert.ok(name === '' || lines.includes(name));
    }),
  );
});

test('an event is written in the canonical form of RFC 8785', () => {
  const values = fc.jsonValue({ stringUnit: 'grapheme' });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), values), (event) => {
      assert.equal(canonicalText(event), canonicalize(event));
    }),
  );
  assert.equal(
    canonicalText({ context: { 9: 'a', 10: 'b', '': 'c' } }),
    '{"context":{"":"c","10":"b","9":"a"}}',
  );
});

test('a leaf that is no event is shown as the text that it is', () => {
  const lines = describeEvent(readEvent(Buffer.from('{ not JSON')), { index: 0, zone: 'utc' });
  assert.ok(lines.some((line) => line.includes('{ not JSON')));
});
