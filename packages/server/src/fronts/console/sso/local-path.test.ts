import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { localPath } from './local-path.ts';

const SCRIPT = ['java', 'script:'].join('');
const ORIGIN = 'https://kms.example';

test('pages of the console are gone to as they were asked for', () => {
  const paths = [
    '/console/',
    '/console/audit?outcome=denied&from=2030-01-02T03:04:05Z',
    '/console/events/01a22984-8201-7492-b850-0e918e813c53',
    '/console/access?asset=customer%3D4711#proof',
    '/console/identities/a+b,c=d@example.com',
    '/console/ssoless',
  ];
  for (const path of paths) assert.equal(localPath(path), path);
});

test('everything else leads home', () => {
  const others = [
    undefined,
    '',
    '/',
    '/console',
    '/consoles/',
    '/v1/principals',
    'console/audit',
    'https://evil.example/console/',
    'https:///evil.example/console/',
    '//evil.example/console/',
    '///evil.example',
    '/\\evil.example/console/',
    '\\\\evil.example',
    '/\t/evil.example',
    '\t//evil.example/console/',
    ' //evil.example/console/',
    `${SCRIPT}alert(1)//console/`,
    'data:text/html,/console/',
    '/console/../v1/principals',
    '/console/%2e%2e/v1/principals',
    '/console/./../../evil',
    '/console/sso',
    '/console/sso/start?role=x',
    '/console/sso?x',
    '/console/x/../sso/start',
    '/console/\r\nset-cookie: a=b',
    `/console/${'x'.repeat(2000)}`,
    `/console/${String.fromCodePoint(0xd800)}`,
  ];
  for (const other of others) {
    assert.match(localPath(other), /^\/console\/(%EF%BF%BD|set-cookie:%20a=b)?$/, String(other));
  }
});

const PARTS = '/|\\|//|/console/|..|.|%2e|%2f|%5c|:|@|?|#|https:|evil.example|sso|é|\u2025|\uff0f|\t|\n|\0| '
  .split('|')
  .concat(SCRIPT);

test('whatever is asked for, nobody is led out of the console, by any reading', () => {
  const part = fc.constantFrom(...PARTS);
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.array(part, { maxLength: 8 }).map((parts) => `/console/${parts.join('')}`),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (wanted) => {
      const path = localPath(wanted);
      assert.match(path, /^\/console\/[!-~]*$/);
      assert.ok(!path.includes('\\'));
      const { origin, pathname } = new URL(path, ORIGIN);
      assert.equal(origin, ORIGIN);
      assert.ok(pathname.startsWith('/console/') && !/^\/console\/sso(\/|$)/.test(pathname), pathname);
      assert.equal(localPath(path), path, 'once is enough');
    }),
    { numRuns: 2000 },
  );
});
