import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AddressRange, isInRange, parseAddress, parseRange } from '../../core/policy/index.ts';

/** The addresses of a name, as text. Rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * What is not of the public Internet: IANA's special-purpose registries (RFC 6890), and multicast. The metadata services of
 * clouds are link-local.
 */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
].map(rangeOf);

/** All that IPv6 has given out for the public; what leads to IPv4 behind a translator is not in it. */
const PUBLIC_IPV6 = rangeOf('2000::/3');

const HOST_ADDRESSES_MAX = 32;

/** Where a connection may go, or why it may not. */
export type GuardedAddresses =
  | { readonly kind: 'allowed'; readonly addresses: readonly string[] }
  | { readonly kind: 'refused' | 'unknown'; readonly reason: string };

/**
 * Decides where messages may be sent. What it answers are the addresses that it has looked at: whoever connects to these,
 * and not to the name once more, cannot be led elsewhere in between.
 */
export class AddressGuard {
  readonly #allowed: readonly AddressRange[];
  readonly #resolve: Resolve;

  /** @throws TypeError for what is no range. */
  constructor(allowAddresses: readonly string[], resolve: Resolve = resolveBySystem) {
    this.#allowed = allowAddresses.map(rangeOf);
    this.#resolve = resolve;
  }

  /** Looks a host up, which may be an address itself, in brackets if it is of IPv6. */
  async check(host: string): Promise<GuardedAddresses> {
    const literal = host.replace(/^\[|\]$/g, '');
    const addresses = isIP(literal) === 0 ? await this.#addressesOf(host) : [literal];
    if (addresses === undefined || addresses.length === 0) {
      return { kind: 'unknown', reason: 'the name of the receiver has no address' };
    }
    // One that is refused is enough: a name that leads to both is not meant to.
    if (addresses.every((address) => this.#mayConnectTo(address))) return { kind: 'allowed', addresses };
    const reason =
      'the receiver has an address that is not of the public Internet; the setting `notify-allow-addresses` can allow it';
    return { kind: 'refused', reason };
  }

  async #addressesOf(host: string): Promise<readonly string[] | undefined> {
    try {
      return (await this.#resolve(host)).slice(0, HOST_ADDRESSES_MAX);
    } catch {
      // Whatever the resolver says: there is nobody to connect to.
      return undefined;
    }
  }

  #mayConnectTo(text: string): boolean {
    const address = parseAddress(text);
    if (address === undefined) return false;
    if (this.#allowed.some((range) => isInRange(address, range))) return true;
    if (address.length === 16 && !isInRange(address, PUBLIC_IPV6)) return false;
    return !NOT_PUBLIC.some((range) => isInRange(address, range));
  }
}

function rangeOf(text: string): AddressRange {
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new TypeError(`\`${text}\` is no range of addresses`);
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address);
}
