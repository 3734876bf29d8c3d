import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decrypt$, DescribeKey$, EnableKey$, ListAliases$ } from '@aws-sdk/client-kms';
import { compileWriteBody } from './write-response.ts';

test('writes texts, bytes, instants, flags, lists and structures as AWS does', () => {
  const describe = compileWriteBody(DescribeKey$[5]);
  const keyMetadata = {
    keyId: 'a"b',
    aWSAccountId: '111122223333',
    creationDate: 1_800_000_000_123,
    enabled: true,
    encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    deletionDate: undefined,
  };
  assert.equal(
    describe({ keyMetadata }),
    '{"KeyMetadata":{"KeyId":"a\\"b","AWSAccountId":"111122223333","CreationDate":1800000000.123,' +
      '"Enabled":true,"EncryptionAlgorithms":["SYMMETRIC_DEFAULT"]}}',
  );
  const plaintext = Buffer.from('xx?>xx').subarray(2, 4);
  assert.equal(compileWriteBody(Decrypt$[5])({ plaintext }), '{"Plaintext":"Pz4="}');
  const aliases = [{ aliasName: 'alias/a' }, { aliasName: 'alias/b' }];
  assert.equal(
    compileWriteBody(ListAliases$[5])({ aliases, truncated: false }),
    '{"Aliases":[{"AliasName":"alias/a"},{"AliasName":"alias/b"}],"Truncated":false}',
  );
});

test('an operation that answers nothing has an empty body', () => {
  assert.equal(compileWriteBody(EnableKey$[5])({}), '');
});

test('a result of the wrong type is our own fault, and the error does not show it', () => {
  const write = compileWriteBody(Decrypt$[5]);
  assert.throws(() => write({ plaintext: 'attack at dawn' }), /^TypeError: [^"]*is not bytes$/);
  assert.throws(() => write({ keyId: 5 }), TypeError);
});
