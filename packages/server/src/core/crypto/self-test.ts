import { startUpTests } from './algorithms/index.ts';
import { hmacSha256Hex, sha256Hex } from './hash.ts';
import { SelfTestError } from './self-test-error.ts';
import { takeSecretKey } from './secret-key.ts';
import { openXaes, sealXaes } from './xaes-256-gcm.ts';

/**
 * Known-answer tests, run before the first request: SHA-256 (FIPS 180-4 example), HMAC-SHA-256 (RFC 4231 test case
 * 2), XAES-256-GCM (C2SP specification, test vectors), and that a changed tag is refused; and one for each family of
 * algorithms that OpenSSL has (`spec/key-algorithms.md`). What it lacks is tested before the first key of its kind opens.
 *
 * @throws SelfTestError
 */
export function runSelfTests(): void {
  expect('SHA-256', sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(
    'HMAC-SHA-256',
    hmacSha256Hex(takeSecretKey(Buffer.from('Jefe')), 'what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
  testXaes();
  for (const { name, isRight } of startUpTests) {
    if (!isRight()) throw new SelfTestError(name);
  }
}

function testXaes(): void {
  const key = takeSecretKey(new Uint8Array(32).fill(3));
  const nonce = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX');
  const data = Buffer.from('c2sp.org/XAES-256-GCM');
  const sealed = sealXaes(key, nonce, Buffer.from('XAES-256-GCM'), data);
  expect(
    'XAES-256-GCM',
    Buffer.from(sealed).toString('hex'),
    '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  );
  const opened = openXaes(key, nonce, sealed, data);
  if (opened === undefined || Buffer.from(opened).toString() !== 'XAES-256-GCM') {
    throw new SelfTestError('XAES-256-GCM');
  }
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  if (openXaes(key, nonce, sealed, data) !== undefined) throw new SelfTestError('XAES-256-GCM');
}

function expect(algorithm: string, actual: string, expected: string): void {
  if (actual !== expected) throw new SelfTestError(algorithm);
}
