import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttemptRequest } from '../../core/operations/index.ts';
import { provingCertificate } from './client.ts';
import { exchange, type Fixture, listening } from './listening.test-fixture.ts';

const LOOPBACK = [{ address: '127.0.0.0', prefix: 8, family: 'ipv4' as const }];
const SECURE = 'aws:securetransport';

/** What is recorded of a request with these header lines. */
async function attemptWith(server: Fixture, lines: readonly string[]): Promise<AttemptRequest> {
  const head = ['GET /nowhere HTTP/1.1', 'Host: h', 'Connection: close', ...lines].join('\r\n');
  await exchange(server.port, Buffer.from(`${head}\r\n\r\n`, 'utf8'));
  const last = server.recorded.at(-1);
  assert.ok(last !== undefined);
  return last.attempt;
}

test('behind trusted proxies the client is whom they name, with the proxies between', async () => {
  await using server = await listening({
    trustedProxies: [...LOOPBACK, { address: '10.0.0.0', prefix: 8, family: 'ipv4' }],
  });
  const attempt = await attemptWith(server, [
    'User-Agent: u',
    'X-Forwarded-For: 203.0.113.9, 198.51.100.7:1234',
    'X-Forwarded-For: 10.0.0.5',
  ]);
  const { address, port, proxies, userAgent } = attempt.client;
  assert.deepEqual(
    { address, port, proxies, userAgent },
    { address: '198.51.100.7', port: 1234, proxies: ['10.0.0.5', '127.0.0.1'], userAgent: 'u' },
  );
});

test('the way of one request says nothing of the next one on the same connection', async () => {
  await using server = await listening({ trustedProxies: LOOPBACK });
  const get = (line: string): string => `GET /nowhere HTTP/1.1\r\nHost: h\r\n${line}\r\n`;
  const one = get('X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n');
  await exchange(server.port, `${one}${get('X-Forwarded-For: 198.51.100.2\r\n')}${get('')}`);
  const found = server.recorded.map(({ attempt }) => [attempt.client.address, attempt.conditions]);
  assert.deepEqual(found, [
    ['198.51.100.1', { [SECURE]: ['true'] }],
    ['198.51.100.2', undefined],
    ['127.0.0.1', undefined],
  ]);
});

test('a proxy that names nobody is the client itself', async () => {
  await using server = await listening({ trustedProxies: LOOPBACK });
  for (const lines of [
    [],
    ['X-Forwarded-For: unknown'],
    ['X-Forwarded-For:'],
    ['Forwarded: for=198.51.100.1'],
  ]) {
    const { client } = await attemptWith(server, lines);
    assert.equal(client.address, '127.0.0.1');
    assert.equal(client.proxies, undefined);
    assert.ok(client.port !== undefined);
  }
});

test('whatever a trusted proxy says, its own certificate proves nothing of whom it speaks for', async () => {
  const certificate = {
    issuer: 'CN=ca',
    notAfter: '',
    serial: '01',
    sha256: 'ab'.repeat(32),
    subject: 'CN=p',
  };
  const proved = async (server: Fixture, lines: readonly string[]): Promise<string | undefined> => {
    const attempt = await attemptWith(server, lines);
    return provingCertificate({ ...attempt, client: { ...attempt.client, certificate } });
  };
  await using server = await listening({ trustedProxies: LOOPBACK });
  for (const lines of [[], ['X-Forwarded-For: unknown'], ['X-Forwarded-For: 198.51.100.1']]) {
    assert.equal(await proved(server, lines), undefined);
  }
  await using direct = await listening({ trustedProxies: [] });
  assert.equal(await proved(direct, ['X-Forwarded-For: 198.51.100.1']), certificate.sha256);
});

test('a trusted proxy tells whether the way was secure, and the condition is set where that is news', async () => {
  await using server = await listening({ trustedProxies: LOOPBACK });
  assert.deepEqual((await attemptWith(server, ['X-Forwarded-Proto: https'])).conditions, {
    [SECURE]: ['true'],
  });
  assert.equal((await attemptWith(server, ['X-Forwarded-Proto: http'])).conditions, undefined);
  assert.equal((await attemptWith(server, ['X-Forwarded-Proto: https, http'])).conditions, undefined);
});

test('whatever a client sends that is no trusted proxy, the address is its own', async () => {
  await using server = await listening({
    trustedProxies: [{ address: '10.0.0.0', prefix: 8, family: 'ipv4' }],
  });
  const name = fc.constantFrom(
    'X-Forwarded-For',
    'x-forwarded-for',
    'X-Forwarded-Proto',
    'Forwarded',
    'X-Real-IP',
    'X-Client-IP',
    'True-Client-IP',
    'Via',
  );
  const value = fc.oneof(
    fc.constantFrom(
      '10.0.0.1',
      '10.0.0.1, 10.0.0.2',
      '127.0.0.1',
      '::1',
      'https',
      'for=10.0.0.1;proto=https',
    ),
    fc.ipV4(),
    fc.ipV6(),
    fc.stringMatching(/^[!-~ ]{0,30}$/),
  );
  const lines = fc.array(
    fc.tuple(name, value).map(([left, right]) => `${left}: ${right}`),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(lines, async (sent) => {
      const before = server.recorded.length;
      const { client, conditions } = await attemptWith(server, sent);
      assert.equal(server.recorded.length, before + 1);
      assert.equal(client.address, '127.0.0.1');
      assert.equal(client.proxies, undefined);
      assert.equal(conditions, undefined);
    }),
    { numRuns: 150 },
  );
});

test('the reason that a request gives is part of the attempt, unless it gives several', async () => {
  await using server = await listening();
  const name = 'X-Keywitness-Justification';
  assert.equal((await attemptWith(server, [])).justification, undefined);
  assert.equal((await attemptWith(server, [`${name}: ticket 4711 `])).justification, 'ticket 4711');
  assert.equal((await attemptWith(server, [`${name.toLowerCase()}: Prüfung`])).justification, 'Prüfung');
  assert.equal((await attemptWith(server, [`${name}: a`, `${name}: b`])).justification, undefined);
  assert.equal((await attemptWith(server, [`${name}: a`, `${name}:`])).justification, undefined);
  assert.equal((await attemptWith(server, [`${name}: ${'a'.repeat(513)}`])).justification, undefined);
});
