import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasFault, aliasOf, createLines, emptyKey, tagsOf, usagesOf } from './new-key.ts';

test('an alias gets its prefix once, and must be one that can be made', () => {
  assert.equal(aliasOf(' orders '), 'alias/orders');
  assert.equal(aliasOf('alias/orders'), 'alias/orders');
  assert.equal(aliasOf(' '), undefined);
  assert.equal(aliasFault('shop/orders_1-a'), undefined);
  assert.match(aliasFault('two words') ?? '', /Letters/);
  assert.match(aliasFault('aws/s3') ?? '', /taken/);
});

test('tags are lines with a name and a value', () => {
  assert.deepEqual(tagsOf('team=payments\n\n note = a=b \n'), [
    { TagKey: 'team', TagValue: 'payments' },
    { TagKey: 'note', TagValue: 'a=b' },
  ]);
  assert.equal(tagsOf('team'), undefined);
  assert.deepEqual(tagsOf(''), []);
});

test('the command makes what the form makes', () => {
  assert.deepEqual(usagesOf('RSA_2048'), ['ENCRYPT_DECRYPT', 'SIGN_VERIFY']);
  const lines = createLines({
    ...emptyKey,
    alias: 'orders',
    description: 'of the shop',
    spec: 'RSA_2048',
    usage: 'SIGN_VERIFY',
    tags: 'team=shop',
    isMultiRegion: true,
  });
  assert.deepEqual(
    lines.map(({ line }) => line),
    [
      "aws kms create-key --description 'of the shop' --key-spec RSA_2048 --key-usage SIGN_VERIFY --tags TagKey=team,TagValue=shop --multi-region",
      'aws kms create-alias --alias-name alias/orders --target-key-id KEY_ID',
    ],
  );
});
