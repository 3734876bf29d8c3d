import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import type { Caller } from '../../core/operations/index.ts';
import { TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { compileKmsOperations } from './kms-operations.ts';
import { isMembers } from './read-value.ts';
import { ask, kmsRequest, stsRequest, testRoute } from './route.test-fixture.ts';

const operations = compileKmsOperations();

/** Attempts on the record: counted events count as many as they stand for. */
function recordedAttempts(bench: TestBench): number {
  return bench.events().reduce((sum, { count }) => sum + (count ?? 1), 0);
}

function assertAwsForm({ body, headers, status }: HttpAnswer): void {
  assert.ok(typeof body === 'string');
  assert.match(headers['x-amzn-requestid'] ?? '', /^request-/);
  assert.match(headers['x-keywitness-event-id'] ?? '', /^[0-9a-f-]{36}$/);
  if (status === 200) return;
  if (headers['content-type'] === 'text/xml') {
    assert.match(body, /^<ErrorResponse .*<Code>[A-Za-z]+<\/Code>.*<\/ErrorResponse>$/s);
    return;
  }
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1');
  const error: unknown = JSON.parse(body);
  assert.ok(isMembers(error));
  assert.match(String(error['__type']), /^[A-Z][A-Za-z]+Exception$/);
}

const anyTarget = fc.oneof(
  fc
    .constantFrom(...operations.keys(), 'CreateCustomKeyStore', 'Nope', '')
    .map((name) => `TrentService.${name}`),
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.constant(undefined),
);
const memberNames = fc.constantFrom(
  'KeyId',
  'Plaintext',
  'CiphertextBlob',
  'NumberOfBytes',
  'Policy',
  'Tags',
);
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => Buffer.from(text, 'utf8')),
  fc.dictionary(memberNames, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value), 'utf8')),
);

test('whatever is sent is answered in the form of AWS, and the record counts exactly the answers (G2)', async () => {
  const requests = fc.array(
    fc.record({ target: anyTarget, body: anyBody, signed: fc.boolean(), query: fc.boolean() }),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      const bench = new TestBench(openMemoryStore());
      const ann = bench.addUser('ann');
      const route = testRoute(bench, [ann]);
      const answers = await Promise.all(
        sent.map(({ body, query, signed, target }) => {
          const caller = signed ? ann : undefined;
          const text = Buffer.from(body).toString('latin1');
          return route.handle(
            query ? stsRequest(bench, text, caller) : kmsRequest(bench, target, body, caller),
          );
        }),
      );
      for (const answer of answers) assertAwsForm(answer);
      assert.equal(recordedAttempts(bench), sent.length);
    }),
    { numRuns: 150 },
  );
});

test('a flood of like refusals is answered one by one, and counted exactly (G2)', async () => {
  const bench = new TestBench(openMemoryStore());
  const route = testRoute(bench, []);
  const flood = Array.from({ length: 500 }, () => ask(route, bench, undefined, 'Decrypt', '{}'));
  for (const { members } of await Promise.all(flood)) {
    assert.equal(members['__type'], 'MissingAuthenticationTokenException');
  }
  assert.equal(recordedAttempts(bench), 500);
  assert.ok(bench.events().length < 500);
});

/** Every member that the SDK's model calls sensitive, of the operations that we offer. */
function sensitiveMembers(): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (schema: NormalizedSchema): void => {
    if (schema.isListSchema()) visit(schema.getValueSchema());
    if (!schema.isStructSchema()) return;
    for (const [name, member] of schema.structIterator()) {
      if (member.getMergedTraits().sensitive !== undefined) found.add(name);
      visit(member);
    }
  };
  for (const exported of Object.values<unknown>(sdk)) {
    if (!isOperation(exported) || !operations.has(exported[2])) continue;
    visit(NormalizedSchema.of(exported[4]));
    visit(NormalizedSchema.of(exported[5]));
  }
  return found;
}

function isOperation(value: unknown): value is typeof sdk.Decrypt$ {
  return Array.isArray(value) && value[0] === 9;
}

/** What a secret looks like in the encodings that could carry it: base64 in each of its three alignments. */
function shapesOf(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  const aligned = [0, 1, 2].map((skip) =>
    bytes
      .subarray(skip)
      .toString('base64')
      .replace(/.?.?={0,2}$/, ''),
  );
  return [...aligned, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('utf8')];
}

test('the sensitive members of the model are those that the canaries below go through', () => {
  assert.deepEqual([...sensitiveMembers()].toSorted(), [
    'Message',
    'Plaintext',
    'PrivateKeyPlaintext',
    // Of GetParametersForImport: no secret, whatever the model says. What is wrapped under it has a test of its own.
    'PublicKey',
    'SharedSecret',
  ]);
});

async function useSecret(bench: TestBench, ann: Caller, secret: Uint8Array): Promise<readonly Uint8Array[]> {
  const route = testRoute(bench, [ann]);
  const keyId = await bench.createKey(ann);
  const plaintext = Buffer.from(secret).toString('base64');
  const send = async (name: string, body: object | string): Promise<Readonly<Record<string, unknown>>> =>
    (await ask(route, bench, ann, name, typeof body === 'string' ? body : { ...body })).members;
  const encrypted = await send('Encrypt', { KeyId: keyId, Plaintext: plaintext });
  const ciphertext = String(encrypted['CiphertextBlob']);
  const decrypted = await send('Decrypt', { CiphertextBlob: ciphertext });
  assert.equal(decrypted['Plaintext'], plaintext);
  await send('ReEncrypt', { CiphertextBlob: ciphertext, DestinationKeyId: keyId });
  const dataKey = await send('GenerateDataKey', { KeyId: keyId, KeySpec: 'AES_256' });
  const random = await send('GenerateRandom', { NumberOfBytes: 32 });
  const others = await useOtherKeys(bench, ann, send, plaintext);
  const text = Buffer.from(secret).toString('utf8');
  const broken = [
    ['Encrypt', { KeyId: keyId, Plaintext: `!${text}` }],
    ['Encrypt', { KeyId: keyId, Plaintext: plaintext.repeat(400) }],
    ['Encrypt', { KeyId: keyId, Plaintext: Buffer.from(text.repeat(400)).toString('base64') }],
    ['Encrypt', { KeyId: keyId, Plaintext: { [plaintext]: plaintext } }],
    ['Encrypt', { KeyId: keyId, Plaintext: plaintext, GrantTokens: [plaintext] }],
    ['Encrypt', { KeyId: keyId, Plaintext: plaintext, GrantTokens: [plaintext.repeat(400)] }],
    ['Encrypt', `{"KeyId":"${keyId}","Plaintext":"${plaintext}"`],
    ['Encrypt', `{"Plaintext":${plaintext}}`],
    ['Encrypt', { Plaintext: plaintext }],
    ['Decrypt', { CiphertextBlob: plaintext }],
    ['Decrypt', { CiphertextBlob: ciphertext, EncryptionContext: { a: 'b' } }],
    ['Nope', { Plaintext: plaintext }],
    ['Sign', { Message: plaintext }],
    ['CreateCustomKeyStore', { KeyStorePassword: plaintext }],
  ] as const;
  for (const [name, body] of broken) {
    const members = await send(name, body);
    assert.ok('__type' in members, `${name} was not refused`);
    assertAbsent(JSON.stringify(members), [secret]);
  }
  await ask(testRoute(bench, []), bench, undefined, 'Encrypt', { KeyId: keyId, Plaintext: plaintext });
  const outputs = [dataKey['Plaintext'], random['Plaintext']].map((value) =>
    Buffer.from(String(value), 'base64'),
  );
  // A ciphertext begins with the ids of its key, which the record does name.
  return [secret, Buffer.from(ciphertext, 'base64').subarray(-32), ...outputs, ...others];
}

type Send = (name: string, body: object) => Promise<Readonly<Record<string, unknown>>>;

/** Everything that other keys than symmetric ones are given and answer that is secret, or made from what is. */
async function useOtherKeys(
  bench: TestBench,
  ann: Caller,
  send: Send,
  message: string,
): Promise<readonly Uint8Array[]> {
  const key = (keySpec: string, keyUsage: string): Promise<string> =>
    bench.createKey(ann, { keySpec, keyUsage });
  const signing = {
    KeyId: await key('ECC_NIST_P256', 'SIGN_VERIFY'),
    Message: message,
    SigningAlgorithm: 'ECDSA_SHA_256',
  };
  const { Signature } = await send('Sign', signing);
  await send('Verify', { ...signing, Signature });
  await send('Verify', { ...signing, Signature: message });
  await send('Sign', { ...signing, MessageType: 'DIGEST' });
  const authentic = {
    KeyId: await key('HMAC_256', 'GENERATE_VERIFY_MAC'),
    Message: message,
    MacAlgorithm: 'HMAC_SHA_256',
  };
  const { Mac } = await send('GenerateMac', authentic);
  await send('VerifyMac', { ...authentic, Mac });
  await send('VerifyMac', { ...authentic, Mac: message });
  const agreeing = { KeyId: await key('ECC_NIST_P256', 'KEY_AGREEMENT'), KeyAgreementAlgorithm: 'ECDH' };
  const { PublicKey } = await send('GetPublicKey', { KeyId: agreeing.KeyId });
  const derived = await send('DeriveSharedSecret', { ...agreeing, PublicKey });
  await send('DeriveSharedSecret', { ...agreeing, PublicKey: message });
  const lattice = {
    KeyId: await key('ML_KEM_512', 'ENCAPSULATE_DECAPSULATE'),
    EncapsulationAlgorithm: 'ML_KEM',
  };
  const made = await send('Encapsulate', lattice);
  const { SharedSecretCiphertextBlob } = made;
  await send('Decapsulate', { ...lattice, SharedSecretCiphertextBlob });
  await send('Decapsulate', { ...lattice, SharedSecretCiphertextBlob: message });
  const pair = await send('GenerateDataKeyPair', {
    KeyId: await bench.createKey(ann),
    KeyPairSpec: 'ECC_NIST_P384',
  });
  const told = [Signature, Mac, derived['SharedSecret'], made['SharedSecret'], pair['PrivateKeyPlaintext']];
  return told.map((value) => {
    assert.ok(typeof value === 'string');
    return Buffer.from(value, 'base64').subarray(-32);
  });
}

/** Not even a piece of a secret: parsers quote a few characters around what they stumble over. */
function assertAbsent(text: string, secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) {
    for (const shape of shapesOf(secret)) {
      for (let at = 0; at + PIECE <= shape.length; at += 1) {
        assert.equal(text.includes(shape.slice(at, at + PIECE)), false);
      }
    }
  }
}

const PIECE = 8;

test('no plaintext, ciphertext or data key is in any event, in whatever way the request went wrong (G8)', async () => {
  // Letters that neither ids nor digests are made of, so that a short piece of a secret is no coincidence.
  const letter = fc.constantFrom('G', 'H', 'J', 'Q', 'X', 'Z', 'g', 'h', 'j', 'q', 'x', 'z');
  const secrets = fc.string({ unit: letter, minLength: 24, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(secrets, async (text) => {
      const bench = new TestBench(openMemoryStore());
      const used = await useSecret(bench, bench.addUser('ann'), Buffer.from(text, 'utf8'));
      for (const entry of bench.entries()) assertAbsent(entry, used);
    }),
    { numRuns: 20 },
  );
});
