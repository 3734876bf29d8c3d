import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCipheriv } from 'node:crypto';
import { openXaes, sealXaes, takeSecretKey, XAES_NONCE_BYTES } from './index.ts';

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('seals the vectors of the C2SP specification, with and without the carry of the subkey', () => {
  const nonce = utf8('ABCDEFGHIJKLMNOPQRSTUVWX');
  const first = sealXaes(takeSecretKey(new Uint8Array(32).fill(1)), nonce, utf8('XAES-256-GCM'), utf8(''));
  assert.equal(hex(first), 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271');
  const key = takeSecretKey(new Uint8Array(32).fill(3));
  const second = sealXaes(key, nonce, utf8('XAES-256-GCM'), utf8('c2sp.org/XAES-256-GCM'));
  assert.equal(hex(second), '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d');
});

/** The specification's derivation written down step by step, with CMAC spelled out. */
function referenceSeal(keyBytes: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, data: Uint8Array): string {
  const block = (input: Uint8Array): Buffer => {
    const cipher = createCipheriv('aes-256-ecb', keyBytes, null).setAutoPadding(false);
    return cipher.update(input);
  };
  const zero = BigInt(`0x${block(new Uint8Array(16)).toString('hex')}`);
  const doubled = (zero << 1n) & ((1n << 128n) - 1n);
  const subkey = (zero >> 127n) === 1n ? doubled ^ 0x87n : doubled;
  const half = (counter: number): Buffer => {
    const message = Buffer.concat([Buffer.from([0, counter, 0x58, 0]), nonce.subarray(0, 12)]);
    const mixed = BigInt(`0x${message.toString('hex')}`) ^ subkey;
    return block(Buffer.from(mixed.toString(16).padStart(32, '0'), 'hex'));
  };
  const derived = Buffer.concat([half(1), half(2)]);
  const cipher = createCipheriv('aes-256-gcm', derived, nonce.subarray(12)).setAAD(data);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([body, cipher.getAuthTag()]).toString('hex');
}

const bytes = (length: { minLength?: number; maxLength?: number }): fc.Arbitrary<Uint8Array> => fc.uint8Array(length);

test('agrees with a slow reference, opens what it sealed, and refuses any changed bit', () => {
  const key = bytes({ minLength: 32, maxLength: 32 });
  const nonce = bytes({ minLength: XAES_NONCE_BYTES, maxLength: XAES_NONCE_BYTES });
  const text = bytes({ maxLength: 200 });
  fc.assert(
    fc.property(key, nonce, text, text, fc.nat(), (keyBytes, nonceBytes, plaintext, data, flip) => {
      const secret = takeSecretKey(Uint8Array.from(keyBytes));
      const sealed = sealXaes(secret, nonceBytes, plaintext, data);
      assert.equal(hex(sealed), referenceSeal(keyBytes, nonceBytes, plaintext, data));
      assert.deepEqual(openXaes(secret, nonceBytes, sealed, data), Buffer.from(plaintext));
      const position = flip % sealed.length;
      sealed[position] = (sealed[position] ?? 0) ^ (1 << (flip % 8));
      assert.equal(openXaes(secret, nonceBytes, sealed, data), undefined);
    }),
  );
});

test('refuses a nonce or a sealed text that is too short', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(1));
  assert.equal(openXaes(key, new Uint8Array(12), new Uint8Array(16), new Uint8Array()), undefined);
  assert.equal(openXaes(key, new Uint8Array(24), new Uint8Array(15), new Uint8Array()), undefined);
});

test('AES-GCM of the crypto library passes the Wycheproof vectors', (context) => {
  const path = new URL('../../../../../../shared/data/wycheproof/aes_gcm_test.json', import.meta.url);
  if (!existsSync(path)) return context.skip('the Wycheproof vectors are not on this machine: not run');
  const file: WycheproofFile = JSON.parse(readFileSync(path, 'utf8'));
  let run = 0;
  for (const group of file.testGroups.filter((one) => one.keySize === 256 && one.ivSize === 96)) {
    for (const one of group.tests.filter((candidate) => candidate.result === 'valid')) {
      const cipher = createCipheriv('aes-256-gcm', Buffer.from(one.key, 'hex'), Buffer.from(one.iv, 'hex'));
      cipher.setAAD(Buffer.from(one.aad, 'hex'));
      const body = Buffer.concat([cipher.update(Buffer.from(one.msg, 'hex')), cipher.final()]);
      assert.equal(body.toString('hex'), one.ct, `case ${one.tcId}`);
      assert.equal(cipher.getAuthTag().toString('hex'), one.tag, `case ${one.tcId}`);
      run += 1;
    }
  }
  assert.ok(run > 0);
});

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly keySize: number;
    readonly ivSize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly key: string;
      readonly iv: string;
      readonly aad: string;
      readonly msg: string;
      readonly ct: string;
      readonly tag: string;
      readonly result: string;
    }[];
  }[];
}
