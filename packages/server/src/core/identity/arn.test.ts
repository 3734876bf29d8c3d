import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseArn } from './index.ts';

test('takes ARNs apart', () => {
  assert.deepEqual(parseArn('arn:aws:iam::111122223333:user/team/ann'), {
    partition: 'aws',
    service: 'iam',
    region: '',
    account: '111122223333',
    resource: 'user/team/ann',
  });
  assert.deepEqual(parseArn('arn:aws-us-gov:logs:eu-central-1:111122223333:log-group:a:b'), {
    partition: 'aws-us-gov',
    service: 'logs',
    region: 'eu-central-1',
    account: '111122223333',
    resource: 'log-group:a:b',
  });
  assert.equal(parseArn('arn:aws:s3:::bucket')?.account, '');
});

test('refuses what is not an ARN', () => {
  const texts = [
    '',
    'arn',
    '111122223333',
    'arn:aws:iam::111122223333',
    'arn:aws:iam::111122223333:',
    'arn:aws:iam::11112222333:user/ann',
    'arn:aws:iam::1111222233334:user/ann',
    'arn:aws:iam::*:user/ann',
    'arn:aws:kms:*:111122223333:key/1',
    'arn:aws:kms:eu:111122223333:key/*',
    'arn:gcp:iam::111122223333:user/ann',
    'ARN:aws:iam::111122223333:user/ann',
    'arn:aws:iam::111122223333:user/ann\n',
    ' arn:aws:iam::111122223333:user/ann',
    'arn:aws:iam::111122223333:user/a\u0000nn',
    `arn:aws:iam::111122223333:user/${'a'.repeat(2048)}`,
  ];
  for (const text of texts) assert.equal(parseArn(text), undefined, JSON.stringify(text));
});

test('every text is either no ARN, or is its parts put together again', () => {
  const piece = fc.constantFrom(
    'arn',
    'aws',
    ':',
    '::',
    '111122223333',
    'iam',
    'user/ann',
    '*',
    ' ',
    '-',
    'é',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      const arn = parseArn(candidate);
      if (arn === undefined) return;
      const { partition, service, region, account, resource } = arn;
      assert.equal(['arn', partition, service, region, account, resource].join(':'), candidate);
    }),
  );
});
