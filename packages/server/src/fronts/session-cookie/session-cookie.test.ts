import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSessionCookie, valuesOf } from './cookie-value.ts';
import { csrfTokenOf, isCsrfToken } from './csrf-token.ts';
import { clearedCookie, cookieName, sessionCookie } from './set-cookie.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const idPart = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.split('')),
  minLength: 16,
  maxLength: 16,
});
const anySession = fc
  .tuple(
    idPart,
    fc.uint8Array({ minLength: 30, maxLength: 30 }),
    fc.uint8Array({ minLength: 1, maxLength: 2900 }),
  )
  .map(([id, secret, token]) => ({
    accessKeyId: `ASIA${id}`,
    secretAccessKey: Buffer.from(secret).toString('base64'),
    sessionToken: Buffer.from(token).toString('base64'),
  }));

test('what is set is what is read, among whatever other cookies', () => {
  const other = fc.string({ unit: fc.constantFrom(...'abc=._-'.split('')), maxLength: 20 });
  fc.assert(
    fc.property(anySession, fc.boolean(), other, other, (session, isSecure, before, after) => {
      const line = sessionCookie(isSecure, session) ?? '';
      assert.match(line, /; Path=\/; HttpOnly; SameSite=Strict(; Secure)?$/);
      assert.ok(!line.includes('Domain') && !line.includes('Max-Age'));
      const sent = `${before}; ${line.split(';', 1)[0] ?? ''}; ${after}`;
      assert.deepEqual(readSessionCookie(sent, cookieName(isSecure)), { kind: 'read', session });
      assert.deepEqual(readSessionCookie(sent, cookieName(!isSecure)), { kind: 'none' });
    }),
  );
});

test('a session that no browser would keep is given no cookie, and none so long is looked at', () => {
  const made = (length: number): string | undefined =>
    sessionCookie(true, {
      accessKeyId: 'ASIAABCDEFGHIJKLMNOP',
      secretAccessKey: SECRET,
      sessionToken: 'A'.repeat(length),
    });
  const rest = cookieName(true).length + '1.ASIAABCDEFGHIJKLMNOP..'.length + SECRET.length;
  const longest = made(4096 - rest) ?? '';
  assert.equal(longest.split(';', 1)[0]?.length, 4096 + '='.length);
  assert.equal(made(4096 - rest + 1), undefined);
  const sent = longest.split(';', 1)[0] ?? '';
  assert.equal(readSessionCookie(sent, cookieName(true)).kind, 'read');
  assert.equal(readSessionCookie(`${sent}A`, cookieName(true)).kind, 'unreadable');
});

test('whatever else is sent is no session, and nothing breaks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.notEqual(readSessionCookie(`keywitness-session=${text}`, 'keywitness-session').kind, 'read');
      assert.equal(readSessionCookie(text.replaceAll('keywitness', ''), 'keywitness-session').kind, 'none');
    }),
  );
});

test('cookies are told apart by their whole names', () => {
  assert.deepEqual(valuesOf('a=1; ab=2;a=3 ;A=4; =5; a', 'a'), ['1', '3']);
  assert.equal(
    clearedCookie(true),
    '__Host-keywitness-session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure',
  );
});

test('the token against cross-site requests is that of the session, and only that', () => {
  // HMAC-SHA-256 of `keywitness/console-csrf/v1`, by another implementation.
  assert.equal(csrfTokenOf(SECRET), '862efee2e8c4ab15767c86eb1423a50ba76b70269674b8f3d045fef02d71c0a0');
  assert.ok(isCsrfToken(csrfTokenOf(SECRET), SECRET));
  for (const shown of [undefined, '', csrfTokenOf(SECRET).toUpperCase(), csrfTokenOf(`${SECRET}x`), SECRET]) {
    assert.ok(!isCsrfToken(shown, SECRET));
  }
});
