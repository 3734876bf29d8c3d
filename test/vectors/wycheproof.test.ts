// Runs the test vectors of the Wycheproof project (C2SP) against the primitives that this repository relies on. The
// files are not part of the repository: where they are absent, each test says that it was not run.
import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { nodeCrypto } from '@keywitness/log/node';
import { constantTimeEqual, hmacSha256, takeSecretKey } from '../../packages/server/src/core/crypto/index.ts';

const folder = new URL('../../../shared/data/wycheproof/', import.meta.url);

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  /** Hexadecimal, except for the members above. */
  readonly [member: string]: string | number;
}

interface Group {
  readonly tests: readonly Case[];
  readonly [member: string]: unknown;
}

interface VectorFile {
  readonly testGroups: readonly Group[];
}

function isVectorFile(value: unknown): value is VectorFile {
  return typeof value === 'object' && value !== null && 'testGroups' in value;
}

/** Runs `accepts` on every case of the groups that `applies` to, and expects what each case says. */
function runFile(
  context: TestContext,
  name: string,
  applies: (group: Group) => boolean,
  accepts: (one: Case, group: Group) => boolean,
): void {
  const path = new URL(name, folder);
  if (!existsSync(path)) {
    context.skip(`not run: the Wycheproof file ${name} is not on this machine`);
    return;
  }
  const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(isVectorFile(file));
  const seen = { valid: 0, invalid: 0, acceptable: 0 };
  for (const group of file.testGroups.filter(applies)) {
    for (const one of group.tests) {
      const accepted = accepts(one, group);
      seen[one.result] += 1;
      if (one.result === 'acceptable') continue;
      assert.equal(accepted, one.result === 'valid', `case ${one.tcId} of ${name}: ${one.comment}`);
    }
  }
  assert.ok(seen.valid > 0 && seen.invalid > 0, `${name} has cases of both kinds that apply`);
  context.diagnostic(`${name}: ${seen.valid} valid, ${seen.invalid} invalid`);
}

function bytesOf(one: Case, member: string): Buffer {
  return Buffer.from(String(one[member] ?? ''), 'hex');
}

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
