import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { Caller, Result } from '../index.ts';
import { arnOf, TestBench } from './service.test-fixture.ts';

const PLAINTEXT = Buffer.from('attack at dawn', 'utf8');
const CONTEXT = { customer: '4711', purpose: 'order' };

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly keyId: string;
  readonly arn: string;
}

async function setUp(): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  return { bench, ann, keyId, arn: arnOf(`key/${keyId}`) };
}

async function encrypt({ ann, bench, keyId }: Setup, encryptionContext?: object): Promise<Uint8Array> {
  const result = await bench.result(ann, 'Encrypt', { keyId, plaintext: PLAINTEXT, encryptionContext });
  return bytesOf(result, 'ciphertextBlob');
}

function bytesOf(result: Result, name: string): Uint8Array {
  const bytes = result[name];
  assert.ok(bytes instanceof Uint8Array);
  return bytes;
}

test('a key may be named by id, ARN, alias or alias ARN, and the record says which', async () => {
  const { ann, arn, bench, keyId } = await setUp();
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/orders', targetKeyId: arn });
  for (const requested of [keyId, arn, 'alias/orders', arnOf('alias/orders')]) {
    const result = await bench.result(ann, 'Encrypt', { keyId: requested, plaintext: PLAINTEXT });
    assert.equal(result['keyId'], arn);
    const { key } = bench.lastEvent();
    assert.deepEqual([key?.requested, key?.id, key?.arn], [requested, keyId, arn]);
    assert.equal(key?.current, true);
    assert.match(key.materialId ?? '', /^[0-9a-f]{64}$/);
  }
});

test('a key that is not there is told so in the words of AWS, and named in the record', async () => {
  const { ann, bench } = await setUp();
  const absent = '12345678-1234-1234-1234-123456789012';
  const cases: readonly (readonly [requested: string, code: string, message: string])[] = [
    [absent, 'NotFound', `Key '${arnOf(`key/${absent}`)}' does not exist`],
    [arnOf(`key/${absent}`), 'NotFound', `Key '${arnOf(`key/${absent}`)}' does not exist`],
    [
      '786CA7CD-B74B-42B3-B887-902AD7AB6429',
      'NotFound',
      `Key '${arnOf('key/786CA7CD-B74B-42B3-B887-902AD7AB6429')}' does not exist`,
    ],
    [
      'mrk-1234567812341234123412345678901a',
      'NotFound',
      `Key '${arnOf('key/mrk-1234567812341234123412345678901a')}' does not exist`,
    ],
    ['foo', 'NotFound', "Invalid keyId 'foo'"],
    [arnOf('key/foo'), 'NotFound', 'Invalid keyId foo'],
    ['alias/none', 'NotFound', `Alias ${arnOf('alias/none')} is not found.`],
    [arnOf('alias/none'), 'NotFound', `Alias ${arnOf('alias/none')} is not found.`],
    ['arn:aws:kms:us-east-1:111122223333:key/x', 'NotFound', 'Invalid arn us-east-1'],
    ['arn:aws:s3:::bucket', 'InvalidArn', 'Invalid arn arn:aws:s3:::bucket'],
    ['arn:aws:kms', 'InvalidArn', 'Invalid arn arn:aws:kms'],
    [arnOf('nothing'), 'InvalidArn', `Invalid arn ${arnOf('nothing')}`],
  ];
  for (const [requested, code, message] of cases) {
    assert.deepEqual(await bench.refusal(ann, 'DescribeKey', { keyId: requested }), [code, message]);
    assert.equal(bench.lastEvent().key?.requested, requested);
  }
});

test('operations that administer a key take no alias', async () => {
  const { ann, bench, keyId } = await setUp();
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/orders', targetKeyId: keyId });
  for (const name of [
    'DisableKey',
    'EnableKey',
    'ScheduleKeyDeletion',
    'CancelKeyDeletion',
    'GetKeyPolicy',
  ]) {
    for (const requested of ['alias/orders', arnOf('alias/orders')]) {
      assert.deepEqual(await bench.refusal(ann, name, { keyId: requested }), [
        'InvalidArn',
        'Key Aliases are not supported for this operation.',
      ]);
      assert.equal(bench.lastEvent().key?.requested, requested);
    }
  }
});

test('a ciphertext opens under its own context only, and every other cause looks the same', async () => {
  const setup = await setUp();
  const { ann, bench, keyId } = setup;
  const ciphertext = await encrypt(setup, CONTEXT);
  const opened = await bench.result(ann, 'Decrypt', {
    ciphertextBlob: ciphertext,
    encryptionContext: CONTEXT,
  });
  assert.deepEqual(Buffer.from(bytesOf(opened, 'plaintext')), PLAINTEXT);
  assert.deepEqual(bench.lastEvent().context, CONTEXT);
  const turned = { purpose: 'order', customer: '4711' };
  await bench.result(ann, 'Decrypt', { ciphertextBlob: ciphertext, encryptionContext: turned });
  const flipped = Uint8Array.from(ciphertext);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  const wrong: readonly (readonly [Uint8Array, object | undefined])[] = [
    [ciphertext, undefined],
    [ciphertext, {}],
    [ciphertext, { ...CONTEXT, customer: '4712' }],
    [ciphertext, { ...CONTEXT, more: '' }],
    [flipped, CONTEXT],
    [ciphertext.subarray(0, ciphertext.length - 1), CONTEXT],
    [Buffer.from('rubbish'), CONTEXT],
  ];
  for (const [ciphertextBlob, encryptionContext] of wrong) {
    assert.deepEqual(await bench.refusal(ann, 'Decrypt', { ciphertextBlob, encryptionContext, keyId }), [
      'InvalidCiphertext',
      '',
    ]);
    assert.equal(bench.lastEvent().key?.requested, keyId);
  }
});

test('no context and an empty one are the same', async () => {
  const setup = await setUp();
  const ciphertextBlob = await encrypt(setup);
  await setup.bench.result(setup.ann, 'Decrypt', { ciphertextBlob, encryptionContext: {} });
});

test('a ciphertext under another key than the one named is told from a broken one', async () => {
  const setup = await setUp();
  const { ann, bench } = setup;
  const ciphertextBlob = await encrypt(setup);
  const other = await bench.createKey(ann);
  assert.deepEqual(await bench.refusal(ann, 'Decrypt', { ciphertextBlob, keyId: other }), [
    'IncorrectKey',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  ]);
  const { key } = bench.lastEvent();
  assert.deepEqual([key?.id, key?.materialId, key?.current], [other, undefined, undefined]);
});

test('a ciphertext of a key that is gone is denied in the words that clients look for', async () => {
  const setup = await setUp();
  const { ann, bench, keyId } = setup;
  const ciphertextBlob = await encrypt(setup);
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId });
  bench.nowMs += 30 * 86_400_000;
  const [code, message] = await bench.refusal(ann, 'Decrypt', { ciphertextBlob });
  assert.equal(code, 'AccessDenied');
  assert.match(message, /^The ciphertext refers to a customer master key that does not exist/);
  assert.deepEqual(bench.lastEvent().key, { id: keyId });
});

test('the record joins a data key with every time that it was opened, and with what it became', async () => {
  const { ann, bench, keyId } = await setUp();
  const made = await bench.result(ann, 'GenerateDataKey', {
    keyId,
    keySpec: 'AES_256',
    encryptionContext: CONTEXT,
  });
  const ciphertextBlob = bytesOf(made, 'ciphertextBlob');
  const id = sha256Hex(ciphertextBlob).slice(0, 32);
  assert.equal(bench.lastEvent().ciphertextId, id);
  await bench.result(ann, 'Decrypt', { ciphertextBlob, encryptionContext: CONTEXT });
  assert.equal(bench.lastEvent().ciphertextId, id);
  // Whoever tries, and does not succeed, is found as well.
  await bench.refusal(ann, 'Decrypt', { ciphertextBlob });
  assert.deepEqual([bench.lastEvent().outcome, bench.lastEvent().ciphertextId], ['error', id]);
  const move = { ciphertextBlob, destinationKeyId: keyId, sourceEncryptionContext: CONTEXT };
  const moved = await bench.result(ann, 'ReEncrypt', move);
  const { ciphertextId, sourceCiphertextId } = bench.lastEvent();
  assert.equal(sourceCiphertextId, id);
  assert.equal(ciphertextId, sha256Hex(bytesOf(moved, 'ciphertextBlob')).slice(0, 32));
  await encrypt({ ann, bench, keyId, arn: '' });
  assert.notEqual(bench.lastEvent().ciphertextId, id);
});

test('ReEncrypt moves between keys and contexts, and records both of each', async () => {
  const setup = await setUp();
  const { ann, arn, bench, keyId } = setup;
  const ciphertextBlob = await encrypt(setup, CONTEXT);
  const destination = await bench.createKey(ann);
  const params = {
    ciphertextBlob,
    sourceEncryptionContext: CONTEXT,
    destinationKeyId: destination,
    destinationEncryptionContext: { customer: '4712' },
  };
  const moved = await bench.result(ann, 'ReEncrypt', params);
  assert.equal(moved['sourceKeyId'], arn);
  assert.equal(moved['keyId'], arnOf(`key/${destination}`));
  const event = bench.lastEvent();
  assert.deepEqual([event.sourceKey?.id, event.key?.id], [keyId, destination]);
  assert.deepEqual([event.sourceContext, event.context], [CONTEXT, { customer: '4712' }]);
  assert.deepEqual(
    event.decisions?.map(({ permission }) => permission),
    ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  );
  const opened = await bench.result(ann, 'Decrypt', {
    ciphertextBlob: moved['ciphertextBlob'],
    encryptionContext: { customer: '4712' },
  });
  assert.deepEqual(Buffer.from(bytesOf(opened, 'plaintext')), PLAINTEXT);
  assert.deepEqual(await bench.refusal(ann, 'ReEncrypt', { ...params, sourceEncryptionContext: {} }), [
    'InvalidCiphertext',
    '',
  ]);
  assert.equal(bench.lastEvent().key?.requested, destination);
});

test('data keys have the size that was asked for, and open to what was handed out', async () => {
  const { ann, bench, keyId } = await setUp();
  for (const [wanted, size] of [
    [{ keySpec: 'AES_128' }, 16],
    [{ keySpec: 'AES_256' }, 32],
    [{ numberOfBytes: 7 }, 7],
    [{ numberOfBytes: 1024 }, 1024],
  ] as const) {
    const result = await bench.result(ann, 'GenerateDataKey', { keyId, ...wanted });
    assert.equal(bytesOf(result, 'plaintext').length, size);
    const opened = await bench.result(ann, 'Decrypt', { ciphertextBlob: result['ciphertextBlob'] });
    assert.deepEqual(Buffer.from(bytesOf(opened, 'plaintext')), Buffer.from(bytesOf(result, 'plaintext')));
    const bare = await bench.result(ann, 'GenerateDataKeyWithoutPlaintext', { keyId, ...wanted });
    assert.equal('plaintext' in bare, false);
  }
});

test('a data key is asked for in one way, and that is checked before the state of the key', async () => {
  const { ann, bench, keyId } = await setUp();
  await bench.result(ann, 'DisableKey', { keyId });
  for (const wanted of [{}, { keySpec: 'AES_256', numberOfBytes: 32 }]) {
    assert.deepEqual(await bench.refusal(ann, 'GenerateDataKey', { keyId, ...wanted }), [
      'Validation',
      'Please specify either number of bytes or key spec.',
    ]);
    assert.equal(bench.lastEvent().key?.id, keyId);
  }
});

test('what would widen or bound a request and we do not have is refused, not ignored', async () => {
  const setup = await setUp();
  const { ann, bench, keyId } = setup;
  const ciphertextBlob = await encrypt(setup);
  const grant = await bench.refusal(ann, 'Decrypt', { ciphertextBlob, grantTokens: ['t'] });
  assert.equal(grant[0], 'InvalidGrantToken');
  const attested = await bench.refusal(ann, 'GenerateDataKey', { keyId, keySpec: 'AES_256', recipient: {} });
  assert.deepEqual(attested, ['Unsupported', 'Attestation (Recipient) is not supported.']);
  const algorithm = { keyId, plaintext: PLAINTEXT, encryptionAlgorithm: 'RSAES_OAEP_SHA_256' };
  assert.deepEqual(await bench.refusal(ann, 'Encrypt', algorithm), [
    'InvalidKeyUsage',
    'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
  ]);
});

test('a dry run asks everything and does nothing', async () => {
  const setup = await setUp();
  const { ann, bench, keyId } = setup;
  const ciphertextBlob = await encrypt(setup);
  for (const [name, params] of [
    ['Encrypt', { keyId, plaintext: PLAINTEXT }],
    ['Decrypt', { ciphertextBlob }],
    ['ReEncrypt', { ciphertextBlob, destinationKeyId: keyId }],
    ['GenerateDataKey', { keyId, keySpec: 'AES_256' }],
  ] as const) {
    assert.deepEqual(await bench.refusal(ann, name, { ...params, dryRun: true }), [
      'DryRun',
      'The request would have succeeded, but the DryRun option is set.',
    ]);
    assert.equal(bench.lastEvent().decisions?.at(-1)?.effect, 'allow');
  }
});

test('a dry run that ignores the ciphertext asks for the permission alone, of a key that is named', async () => {
  const { ann, bench, keyId } = await setUp();
  const dryRunModifiers = ['IGNORE_CIPHERTEXT'];
  const succeeds = ['DryRun', 'The request would have succeeded, but the DryRun option is set.'];
  assert.deepEqual(await bench.refusal(ann, 'Decrypt', { keyId, dryRunModifiers, dryRun: true }), succeeds);
  const moving = { sourceKeyId: keyId, destinationKeyId: keyId, dryRunModifiers };
  assert.deepEqual(await bench.refusal(ann, 'ReEncrypt', { ...moving, dryRun: true }), succeeds);
  assert.deepEqual(
    bench.lastEvent().decisions?.map(({ permission }) => permission),
    ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  );
  assert.equal((await bench.refusal(ann, 'ReEncrypt', moving))[0], 'Validation');
  assert.equal((await bench.refusal(ann, 'Decrypt', { dryRunModifiers, dryRun: true }))[0], 'Validation');
  const bob = bench.addUser('bob', []);
  const refused = await bench.refusal(bob, 'Decrypt', { keyId, dryRunModifiers, dryRun: true });
  assert.equal(refused[0], 'AccessDenied');
});

test('who may not use a key learns nothing of its state', async () => {
  const { ann, bench, keyId } = await setUp();
  const bob = bench.addUser('bob', []);
  await bench.result(ann, 'DisableKey', { keyId });
  for (const [name, params] of [
    ['Encrypt', { keyId, plaintext: PLAINTEXT }],
    ['GenerateDataKey', { keyId }],
    ['DescribeKey', { keyId }],
    ['ScheduleKeyDeletion', { keyId, pendingWindowInDays: 6 }],
  ] as const) {
    assert.equal((await bench.refusal(bob, name, params))[0], 'AccessDenied');
    assert.equal(bench.lastEvent().outcome, 'denied');
  }
});
