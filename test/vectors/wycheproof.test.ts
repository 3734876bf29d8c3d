// What the log and the key hierarchy rely on, held against Wycheproof.
import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { test } from 'node:test';
import { nodeCrypto } from '@keywitness/log/node';
import { constantTimeEqual, hmacSha256, takeSecretKey } from '../../packages/server/src/core/crypto/index.ts';
import { bytesOf, runFile } from './wycheproof-files.ts';

test('AES-256-GCM opens and refuses as Wycheproof says', (context) => {
  runFile(
    context,
    'aes_gcm_test.json',
    ({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128,
    (one) => {
      // The same steps as `openXaes` takes after it has derived its key.
      const decipher = createDecipheriv('aes-256-gcm', bytesOf(one, 'key'), bytesOf(one, 'iv'));
      decipher.setAAD(bytesOf(one, 'aad'));
      decipher.setAuthTag(bytesOf(one, 'tag'));
      const plaintext = decipher.update(bytesOf(one, 'ct'));
      try {
        decipher.final();
      } catch {
        return false;
      }
      return plaintext.equals(bytesOf(one, 'msg'));
    },
  );
});

test('HMAC-SHA-256 authenticates and refuses as Wycheproof says', (context) => {
  runFile(
    context,
    'hmac_sha256_test.json',
    () => true,
    (one) => {
      const tag = bytesOf(one, 'tag');
      const expected = hmacSha256(takeSecretKey(bytesOf(one, 'key')), bytesOf(one, 'msg'));
      return constantTimeEqual(expected.subarray(0, tag.length), tag);
    },
  );
});

test('Ed25519 signatures are verified as Wycheproof says', (context) => {
  runFile(
    context,
    'ed25519_test.json',
    () => true,
    (one, { publicKey }) => {
      assert.ok(typeof publicKey === 'object' && publicKey !== null && 'pk' in publicKey);
      const key = Buffer.from(String(publicKey.pk), 'hex');
      return nodeCrypto.verifyEd25519(key, bytesOf(one, 'msg'), bytesOf(one, 'sig'));
    },
  );
});

test('ML-DSA-44 signatures without a context are verified as Wycheproof says', (context) => {
  let withContext = 0;
  runFile(
    context,
    'mldsa_44_verify_test.json',
    () => true,
    (one, { publicKey }) => {
      if (one['ctx'] !== undefined && one['ctx'] !== '') {
        // The log signs with the empty context: such a signature must not pass for one of its own.
        withContext += 1;
        const key = Buffer.from(String(publicKey), 'hex');
        assert.equal(nodeCrypto.verifyMlDsa44(key, bytesOf(one, 'msg'), bytesOf(one, 'sig')), false);
        return one.result === 'valid';
      }
      const key = Buffer.from(String(publicKey), 'hex');
      return nodeCrypto.verifyMlDsa44(key, bytesOf(one, 'msg'), bytesOf(one, 'sig'));
    },
  );
  context.diagnostic(`${withContext} cases with a context must be refused`);
});
