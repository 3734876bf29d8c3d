import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { originOf, PROXIES_MAX, readForwarding } from './forwarded.ts';
import { addressFrom, TrustedProxies } from './trusted-proxies.ts';

const trusted = new TrustedProxies([
  { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
  { address: '192.0.2.7', prefix: 32, family: 'ipv4' },
  { address: '2001:db8:1::', prefix: 48, family: 'ipv6' },
]);

/** The same ranges, told by how addresses begin. */
function isTrusted(address: string): boolean {
  return address.startsWith('10.') || address === '192.0.2.7' || address.startsWith('2001:db8:1:');
}

/** An entry of a list, and what it says; nothing when it is no address. */
interface Entry {
  readonly text: string;
  readonly hop?: { readonly address: string; readonly port?: number };
}

const ipv6 = fc
  .array(fc.constantFrom('0', '1', 'Db8', '2001', 'FFFF', '0a0'), { minLength: 7, maxLength: 7 })
  .map((groups) => `2001:${groups.join(':')}`);
const address = fc.oneof(
  fc.constantFrom('10.0.0.1', '10.255.255.255', '11.0.0.0', '9.255.255.255', '192.0.2.7', '192.0.2.8'),
  fc.constantFrom(
    '2001:DB8:1::5',
    '2001:db8:2::5',
    '2001:0db8:0001:0:0:0:0:1',
    '::ffff:10.1.1.1',
    '::FFFF:c000:0208',
  ),
  fc.ipV4(),
  ipv6,
);
const port = fc.integer({ min: 0, max: 65_535 });

/** As WHATWG writes it, which is another implementation of RFC 5952. */
function canonical(text: string): string {
  if (!text.includes(':')) return text;
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

const bare = address.map((text): Entry => ({ text, hop: { address: canonical(text) } }));
const withPort = fc.tuple(address, port).map(([text, number]): Entry => ({
  text: text.includes(':') ? `[${text}]:${number}` : `${text}:${number}`,
  hop: { address: canonical(text), port: number },
}));
const bracketed = ipv6.map((text): Entry => ({ text: `[${text}]`, hop: { address: canonical(text) } }));
const malformed = fc
  .oneof(
    fc.constantFrom(
      '',
      'unknown',
      '_hidden',
      '10.0.0',
      '10.0.0.1:65536',
      '10.0.0.1:',
      '10.0.0.1:-1',
      '[10.0.0.1]',
    ),
    fc.constantFrom(
      '[::1',
      '::1]:80',
      'fe80::1%eth0',
      '010.0.0.1',
      '0x0a.0.0.1',
      '167772161',
      '10.0.0.1 10.0.0.1',
    ),
    fc.constantFrom('for=10.0.0.1', '"10.0.0.1"', '[]', '[]:1', '10.0.0.1/8', ':::', '1:2:3:4:5:6:7:8:9'),
    fc.stringMatching(/^[g-z_" ]*$/),
  )
  .map((text): Entry => ({ text }));
const entry = fc
  .tuple(
    fc.oneof({ weight: 8, arbitrary: bare }, withPort, bracketed, malformed),
    fc.constantFrom('', ' ', '\t', '  '),
  )
  .map(([one, space]): Entry => ({ ...one, text: `${space}${one.text}${space}` }));

/**
 * The way outwards from the server is believed as far as all on it are addresses and all but the last one of them are
 * trusted: every length is tried, and the longest is taken.
 */
function model(peer: string, entries: readonly Entry[]): ReturnType<typeof originOf> {
  const way = [{ address: peer }, ...entries.map(({ hop }) => hop).reverse()];
  const lengths = way
    .map((_hop, index) => index + 1)
    .filter((length) => {
      const part = way.slice(0, length);
      return (
        part.every((hop) => hop !== undefined) &&
        part.slice(0, -1).every((hop) => isTrusted(hop?.address ?? ''))
      );
    });
  const length = Math.max(...lengths);
  const proxies = way.slice(0, length - 1).map((hop) => hop?.address ?? '');
  const client = way[length - 1] ?? { address: '' };
  return { ...client, proxies: proxies.slice(0, PROXIES_MAX).reverse() };
}

test('the client is found as a model finds it that tries every length of the way', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('10.9.9.9', '2001:db8:1::9', '192.0.2.7', '203.0.113.1'),
      fc.array(entry, { maxLength: 14 }),
      (peer, entries) => {
        const hops = entries.map(({ text }) => text).join(',');
        assert.deepEqual(originOf(peer, hops, trusted), model(peer, entries));
      },
    ),
    { numRuns: 3000 },
  );
});

test('whatever stands in the list, the client is the peer or an address in the list, and a trusted one only where the list ends', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(entry).map((all) => all.map(({ text }) => text).join(',')),
      ),
      (hops) => {
        const { address: found, proxies } = originOf('10.9.9.9', hops, trusted);
        assert.equal(addressFrom(found), found);
        assert.ok(proxies.length <= PROXIES_MAX);
        for (const proxy of proxies) assert.ok(isTrusted(proxy));
        // Whatever stands further left than an address that is not trusted has no influence.
        assert.deepEqual(
          originOf('10.9.9.9', `198.51.100.1,${hops}`, trusted).proxies.slice(-proxies.length),
          proxies,
        );
        if (!isTrusted(found)) assert.equal(originOf('10.9.9.9', `10.1.2.3,${hops}`, trusted).address, found);
      },
    ),
  );
});

test('of a peer that is not trusted nothing is believed', () => {
  fc.assert(
    fc.property(fc.string(), (hops) => {
      assert.deepEqual(originOf('203.0.113.1', hops, trusted), { address: '203.0.113.1', proxies: [] });
    }),
  );
});

test('the lines of the header are one list, in their order and in any case', () => {
  const { hops } = readForwarding(['X-Forwarded-For', 'a, b', 'Host', 'h', 'x-FORWARDED-for', 'c']);
  assert.equal(hops, 'a, b,c');
  assert.equal(readForwarding(['X-Forwarded-Fox', 'a']).hops, '');
});

const protos: readonly (readonly [values: readonly string[], isSecure: boolean | undefined])[] = [
  [[], undefined],
  [['https'], true],
  [['HTTPS'], true],
  [['http'], false],
  [[''], false],
  [['https, https'], true],
  [['https,http'], false],
  [['http', 'https'], false],
  [['https', 'https'], true],
  [['httpss'], false],
];

for (const [values, isSecure] of protos) {
  test(`a way of \`${values.join('` and `')}\` is ${isSecure === undefined ? 'untold' : isSecure ? 'secure' : 'not secure'}`, () => {
    assert.equal(readForwarding(values.flatMap((value) => ['X-Forwarded-Proto', value])).isSecure, isSecure);
  });
}

test('a list as long as a head can be takes no more than one pass', () => {
  const hops = '10.0.0.1,'.repeat(1800) + ' '.repeat(16_000);
  assert.equal(originOf('10.9.9.9', `${hops},10.0.0.2`, trusted).address, '10.0.0.2');
  assert.equal(
    originOf('10.9.9.9', `${'10.0.0.1,'.repeat(1800)}10.0.0.2`, trusted).proxies.length,
    PROXIES_MAX,
  );
});
