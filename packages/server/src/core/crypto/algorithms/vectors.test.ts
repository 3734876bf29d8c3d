import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Entropy, KEY_SPECS, keyAlgorithm, type KeySpec, sha256Hex, takeSecretKey } from '../index.ts';
import { entropy, present } from './algorithms.test-fixture.ts';
import { unwrapKey } from './aes-key-wrap.ts';

type Vector = Readonly<Record<string, string>>;

const file: unknown = JSON.parse(
  readFileSync(new URL('../../../../../../spec/vectors/key-algorithms.json', import.meta.url), 'utf8'),
);

function isVectorFile(value: unknown): value is Readonly<Record<string, readonly Vector[]>> {
  return typeof value === 'object' && value !== null && 'signatures' in value;
}

function vectorsOf(kind: string): readonly Vector[] {
  assert.ok(isVectorFile(file));
  return present(file[kind]);
}

function specOf(vector: Vector): KeySpec {
  return present(KEY_SPECS.find((spec) => spec === vector['spec']));
}

function textOf(vector: Vector, member: string): string {
  return present(vector[member]);
}

function bytesOf(vector: Vector, member: string): Buffer {
  return Buffer.from(present(vector[member]), 'hex');
}

/** Gives what the vector's author drew, and then the operating system's. */
function drawing(nonce: string | undefined): Entropy {
  let isFirst = true;
  return {
    bytes(count) {
      const drawn =
        isFirst && nonce !== undefined ? Uint8Array.from(Buffer.from(nonce, 'hex')) : entropy.bytes(count);
      isFirst = false;
      return drawn;
    },
  };
}

test('verifies the signatures of the standards, and makes those that are the same each time', () => {
  for (const vector of vectorsOf('signatures')) {
    const spec = specOf(vector);
    const opened = keyAlgorithm(spec).open(takeSecretKey(bytesOf(vector, 'secret')));
    assert.deepEqual(Buffer.from(present(opened.publicKey)), bytesOf(vector, 'publicKey'));
    const algorithm = present(
      keyAlgorithm(spec).signingAlgorithms.find((one) => one === vector['algorithm']),
    );
    const message = {
      type: vector['type'] === 'RAW' ? 'RAW' : 'DIGEST',
      bytes: bytesOf(vector, 'message'),
    } as const;
    const signatures = present(opened.signatures);
    assert.equal(
      signatures.verify(algorithm, message, bytesOf(vector, 'signature')),
      true,
      textOf(vector, 'source'),
    );
    if (!vector['deterministic']) continue;
    const signature = signatures.sign(algorithm, message, drawing(vector['nonce']));
    assert.deepEqual(Buffer.from(signature), bytesOf(vector, 'signature'), textOf(vector, 'source'));
  }
});

test('encrypts and decrypts as the standards do', () => {
  for (const vector of vectorsOf('encryption')) {
    const { encryption } = keyAlgorithm(specOf(vector)).open(takeSecretKey(bytesOf(vector, 'secret')));
    const { encrypt, decrypt } = {
      encrypt: present(encryption).encrypt('SM2PKE', bytesOf(vector, 'plaintext'), drawing(vector['nonce'])),
      decrypt: present(encryption).decrypt('SM2PKE', bytesOf(vector, 'ciphertext')),
    };
    assert.deepEqual(Buffer.from(encrypt), bytesOf(vector, 'ciphertext'));
    assert.deepEqual(Buffer.from(present(decrypt)), bytesOf(vector, 'plaintext'));
  }
});

test('a seed gives the public key that it should', () => {
  for (const vector of vectorsOf('seeds')) {
    const seed = bytesOf(vector, 'seed');
    const material = keyAlgorithm(specOf(vector)).newMaterial({ bytes: () => Uint8Array.from(seed) });
    assert.ok(material !== 'asynchronous');
    // The raw key is what follows the 22 bytes that name the algorithm.
    assert.equal(
      sha256Hex(present(material.publicKey).subarray(22)),
      textOf(vector, 'rawPublicKeySha256'),
      textOf(vector, 'spec'),
    );
  }
});

test('decapsulates what was made for the key, and rejects the rest without saying so', () => {
  for (const vector of vectorsOf('decapsulation')) {
    const { encapsulation } = keyAlgorithm(specOf(vector)).open(takeSecretKey(bytesOf(vector, 'seed')));
    const secret = present(encapsulation).decapsulate(bytesOf(vector, 'ciphertext'));
    assert.deepEqual(Buffer.from(present(secret)), bytesOf(vector, 'sharedSecret'), textOf(vector, 'spec'));
  }
});

test('authenticates as the vectors do', () => {
  for (const vector of vectorsOf('macs')) {
    const algorithm = keyAlgorithm(specOf(vector));
    const { macs } = algorithm.open(takeSecretKey(bytesOf(vector, 'key')));
    const mac = present(macs).generateMac(present(algorithm.macAlgorithms[0]), bytesOf(vector, 'message'));
    assert.deepEqual(Buffer.from(mac), bytesOf(vector, 'mac'), textOf(vector, 'source'));
  }
});

test('unwraps as the vectors do', () => {
  for (const vector of vectorsOf('keyWraps')) {
    const unwrapped = unwrapKey(bytesOf(vector, 'key'), bytesOf(vector, 'wrapped'));
    assert.deepEqual(Buffer.from(present(unwrapped)), bytesOf(vector, 'unwrapped'), textOf(vector, 'source'));
  }
});
