import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOfArn, places, textOfPart } from './index.ts';

test('addresses keep whatever names hold', () => {
  assert.equal(places.audit({ text: 'a&b', key: undefined, outcome: '' }), '/audit?text=a%26b');
  assert.equal(places.audit(), '/audit');
  assert.equal(places.access({ name: 'customer', value: '47/11' }), '/access?asset=customer%3D47%2F11');
  assert.equal(places.identity('a/b'), '/identities/a%2Fb');
});

test('what an ARN names has its page', () => {
  const cases = [
    ['arn:aws:kms:eu-central-1:111122223333:key/1234', '/keys/1234'],
    ['arn:aws:iam::111122223333:user/team/ann', '/identities/ann'],
    [
      'arn:aws:iam::111122223333:role/ops',
      `/identities/${encodeURIComponent('arn:aws:iam::111122223333:role/ops')}`,
    ],
    [
      'arn:aws:sts::111122223333:assumed-role/ops/ann',
      `/identities/${encodeURIComponent('arn:aws:iam::111122223333:role/ops')}`,
    ],
    ['arn:aws:iam::111122223333:root', undefined],
    ['ann', undefined],
  ] as const;
  for (const [arn, place] of cases) assert.equal(placeOfArn(arn), place);
});

test('a name in an address is read as it was written', () => {
  const name = 'alias/shop/orders';
  assert.equal(textOfPart(decodeURI(places.key(name).slice('/keys/'.length))), name);
  assert.equal(textOfPart('50%25'), '50%25');
});
