import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileKmsOperations } from './kms-operations.ts';
import { MalformedRequest } from './malformed.ts';
import type { ReadRequest } from './read-request.ts';
import { CONTEXT_BYTES_MAX } from './read-value.ts';

const operations = compileKmsOperations();

function read(operation: string, body: unknown): ReadRequest {
  const readBody = operations.get(operation)?.readBody;
  assert.ok(readBody !== undefined);
  const bytes = body instanceof Uint8Array ? body : Buffer.from(textOf(body), 'utf8');
  return readBody(bytes);
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function invalid(operation: string, body: unknown): string {
  const answer = read(operation, body);
  assert.ok(answer.kind === 'invalid', 'the request was accepted');
  return answer.message;
}

test('reads every type of member, and ignores what the model does not know', () => {
  const { kind, params } = read('CreateKey', {
    Description: '',
    BypassPolicyLockoutSafetyCheck: true,
    Tags: [{ TagKey: 'a', TagValue: '', Colour: 'red' }],
    Nonsense: { deep: [1, 2, 3] },
    Policy: null,
  });
  assert.equal(kind, 'read');
  assert.equal(params.text('description'), '');
  assert.equal(params.flag('bypassPolicyLockoutSafetyCheck'), true);
  assert.deepEqual(
    params.structures('tags').map((tag) => [tag.text('tagKey'), tag.text('tagValue'), tag.has('colour')]),
    [['a', '', false]],
  );
  assert.equal(params.has('policy'), false);
  assert.equal(params.has('nonsense'), false);
  const bytes = read('Encrypt', { KeyId: 'k', Plaintext: 'AAEC' }).params.bytes('plaintext');
  assert.deepEqual([...bytes], [0, 1, 2]);
  assert.equal(read('ListKeys', { Limit: 1000 }).params.number('limit'), 1000);
});

test('names of encryption context pairs are data, whatever they are called', () => {
  const context = '{"__proto__":"a","constructor":"b","toString":"c","10":"d","2":"e"}';
  const { params } = read('Encrypt', `{"KeyId":"k","Plaintext":"AA==","EncryptionContext":${context}}`);
  assert.deepEqual(
    new Map(Object.entries(params.textMap('encryptionContext') ?? {})),
    new Map([
      ['10', 'd'],
      ['2', 'e'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]),
  );
});

test('a member named __proto__ gives no member its value', () => {
  assert.match(
    invalid('DescribeKey', '{"__proto__":{"KeyId":"k"}}'),
    /Value null at 'keyId' failed to satisfy constraint: Member must not be null$/,
  );
});

const MALFORMED: readonly (readonly [name: string, operation: string, body: unknown, message: string])[] = [
  ['nothing', 'ListKeys', '', ''],
  ['half an object', 'ListKeys', '{', ''],
  ['a text', 'ListKeys', '"x"', ''],
  ['null', 'ListKeys', 'null', ''],
  ['a list', 'ListKeys', '[]', 'Start of list found where not expected'],
  ['a trailing comma', 'ListKeys', '{"Limit":1,}', ''],
  ['bytes that are not UTF-8', 'ListKeys', Buffer.from([0x7b, 0xff, 0x7d]), ''],
  ['a byte order mark', 'ListKeys', '\uFEFF{}', ''],
  ['very deep nesting', 'ListKeys', '['.repeat(500_000), ''],
  ['a number for a text', 'DescribeKey', { KeyId: 5 }, 'NUMBER_VALUE can not be converted to a String'],
  ['true for a text', 'DescribeKey', { KeyId: true }, 'TRUE_VALUE can not be converted to a String'],
  ['false for a text', 'DescribeKey', { KeyId: false }, 'FALSE_VALUE can not be converted to a String'],
  ['a list for a text', 'DescribeKey', { KeyId: [] }, 'Start of list found where not expected'],
  [
    'a structure for a text',
    'DescribeKey',
    { KeyId: {} },
    'Start of structure or map found where not expected.',
  ],
  ['a lone surrogate', 'DescribeKey', '{"KeyId":"\\ud800"}', ''],
  ['a text for a number', 'ListKeys', { Limit: '5' }, 'STRING_VALUE can not be converted to an Integer'],
  ['a fraction', 'ListKeys', { Limit: 1.5 }, 'NUMBER_VALUE can not be converted to an Integer'],
  ['a huge number', 'ListKeys', '{"Limit":1e999}', 'NUMBER_VALUE can not be converted to an Integer'],
  [
    'more than 32 bits',
    'ListKeys',
    '{"Limit":4294967297}',
    'NUMBER_VALUE can not be converted to an Integer',
  ],
  ['a text for a flag', 'Encrypt', { DryRun: 'yes' }, 'STRING_VALUE can not be converted to a Boolean'],
  ['a number for bytes', 'Decrypt', { CiphertextBlob: 5 }, 'NUMBER_VALUE can not be converted to a Blob'],
  ['base64 with rubbish', 'Decrypt', { CiphertextBlob: 'AA!!==' }, ''],
  ['base64 without padding', 'Decrypt', { CiphertextBlob: 'AA' }, ''],
  ['base64 with spare bits', 'Decrypt', { CiphertextBlob: 'AB==' }, ''],
  ['base64 with white space', 'Decrypt', { CiphertextBlob: 'AAAA\n' }, ''],
  ['base64 of the URL alphabet', 'Decrypt', { CiphertextBlob: '-_-_' }, ''],
  ['a text for a map', 'Encrypt', { EncryptionContext: 'a=b' }, 'STRING_VALUE can not be converted to a Map'],
  ['a list for a map', 'Encrypt', { EncryptionContext: [] }, 'Start of list found where not expected'],
  ['a number in a map', 'Encrypt', { EncryptionContext: { a: 1 } }, ''],
  ['null in a map', 'Encrypt', { EncryptionContext: { a: null } }, ''],
  ['a lone surrogate in a map', 'Encrypt', '{"EncryptionContext":{"\\udc00":"a"}}', ''],
  ['a text for a list', 'Encrypt', { GrantTokens: 'a' }, 'STRING_VALUE can not be converted to a List'],
  ['null in a list', 'UntagResource', { KeyId: 'k', TagKeys: [null] }, ''],
  [
    'a text in a list of structures',
    'CreateKey',
    { Tags: ['a'] },
    'STRING_VALUE can not be converted to a Structure',
  ],
];

for (const [name, operation, body, message] of MALFORMED) {
  test(`refuses ${name} as malformed`, () => {
    assert.throws(() => read(operation, body), new MalformedRequest(message));
  });
}

const KEY_RULE = 'Member must satisfy regular expression pattern: ^\\p{ASCII}+$';
const INVALID: readonly (readonly [operation: string, body: unknown, ...violations: readonly string[]])[] = [
  ['DescribeKey', {}, "Value null at 'keyId' failed to satisfy constraint: Member must not be null"],
  [
    'DescribeKey',
    { KeyId: null },
    "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
  ],
  ['Encrypt', { KeyId: 'k' }, "Value at 'plaintext' failed to satisfy constraint: Member must not be null"],
  ['Decrypt', {}, "Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null"],
  [
    'ReEncrypt',
    { CiphertextBlob: 'AAAA' },
    "Value null at 'destinationKeyId' failed to satisfy constraint: Member must not be null",
  ],
  [
    'DescribeKey',
    { KeyId: '' },
    "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    `Value '' at 'keyId' failed to satisfy constraint: ${KEY_RULE}`,
  ],
  ['DescribeKey', { KeyId: 'ключ' }, `Value 'ключ' at 'keyId' failed to satisfy constraint: ${KEY_RULE}`],
  [
    'Encrypt',
    { KeyId: 'k', Plaintext: '' },
    "Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'Encrypt',
    { KeyId: 'k', Plaintext: Buffer.alloc(4097).toString('base64') },
    "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
  ],
  [
    'Decrypt',
    { CiphertextBlob: Buffer.alloc(6145).toString('base64') },
    "Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal to 6144",
  ],
  [
    'Decrypt',
    { CiphertextBlob: 'AAAA', EncryptionAlgorithm: 'FOO' },
    "Value 'FOO' at 'encryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE, SYMMETRIC_DEFAULT]",
  ],
  [
    'GenerateRandom',
    { NumberOfBytes: 0 },
    "Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    'GenerateDataKey',
    { KeyId: 'k', NumberOfBytes: 1025 },
    "Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
  ],
  [
    'GenerateDataKey',
    { KeyId: 'k', KeySpec: 'RSA_2048' },
    "Value 'RSA_2048' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [AES_128, AES_256]",
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: 'k', PendingWindowInDays: 0 },
    "Value '0' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: 'k', PendingWindowInDays: 366 },
    "Value '366' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value less than or equal to 365",
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/a b', TargetKeyId: 'k' },
    "Value 'alias/a b' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
  ],
  [
    'TagResource',
    { KeyId: 'k', Tags: [{ TagKey: 'a', TagValue: 'b' }, { TagKey: '' }] },
    "Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
    "Value null at 'tags.2.member.tagValue' failed to satisfy constraint: Member must not be null",
  ],
  [
    'Encrypt',
    { KeyId: 'k', Plaintext: 'AAAA', GrantTokens: Array.from({ length: 11 }, () => 't') },
    "Value at 'grantTokens' failed to satisfy constraint: Member must have length less than or equal to 10",
  ],
  [
    'Encrypt',
    { KeyId: 'k', Plaintext: 'AAAA', GrantTokens: ['t'.repeat(8193)] },
    "Value at 'grantTokens.1.member' failed to satisfy constraint: Member must have length less than or equal to 8192",
  ],
  [
    'PutKeyPolicy',
    { KeyId: 'k', Policy: 'ы' },
    "Value 'ы' at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
  ],
  [
    'Encrypt',
    { KeyId: 'k', Plaintext: 'AAAA', EncryptionContext: { a: 'b'.repeat(CONTEXT_BYTES_MAX) } },
    "Value at 'encryptionContext' failed to satisfy constraint: Member must have length less than or equal to 16384",
  ],
];

for (const [operation, body, ...violations] of INVALID) {
  const rule = violations.map((violation) => violation.split(' failed to ')[0]).join(', ');
  test(`names what ${operation} violates in AWS's words: ${rule}`, () => {
    const count = violations.length;
    const head = count === 1 ? '1 validation error detected: ' : `${count} validation errors detected: `;
    assert.equal(invalid(operation, body), head + violations.join('; '));
  });
}

test('lists no more violations, and of each value no more, than an answer has room for', () => {
  const many = invalid('UntagResource', { KeyId: 'k', TagKeys: Array.from({ length: 5000 }, () => '') });
  assert.match(many, /^20 validation errors detected: /);
  assert.ok(invalid('DescribeKey', { KeyId: 'k'.repeat(900_000) }).length < 2000);
});

test('a context that only just fits is read, whatever characters it is made of', () => {
  for (const character of ['a', '\u0000', 'ä', '𝒳']) {
    const room = CONTEXT_BYTES_MAX - Buffer.byteLength(JSON.stringify({ a: '' }));
    const each = Buffer.byteLength(JSON.stringify(character)) - 2;
    const fits = character.repeat(Math.floor(room / each));
    const body = (text: string): unknown => ({
      KeyId: 'k',
      Plaintext: 'AAAA',
      EncryptionContext: { a: text },
    });
    assert.equal(read('Encrypt', body(fits)).kind, 'read');
    assert.equal(read('Encrypt', body(fits + character)).kind, 'invalid');
  }
});

test('reads any bytes from their base64, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4096 }), (bytes) => {
      const { params } = read('Encrypt', { KeyId: 'k', Plaintext: Buffer.from(bytes).toString('base64') });
      assert.deepEqual(Buffer.from(params.bytes('plaintext')), Buffer.from(bytes));
    }),
  );
});

test('whatever the body is, it is read, invalid or malformed', () => {
  const member = fc.constantFrom('KeyId', 'Plaintext', 'EncryptionContext', 'GrantTokens', 'DryRun', 'Tags');
  const body = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    fc.dictionary(member, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(fc.constantFrom(...operations.keys()), body, (operation, bytes) => {
      try {
        read(operation, bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedRequest);
      }
    }),
  );
});
