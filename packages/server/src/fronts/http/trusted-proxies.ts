import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';

/** A range of addresses: those that begin with the first `prefix` bits of `address`. */
export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

const IPV4_IN_IPV6 = '::ffff:';
/** Begins the part of an address that means something on one machine alone (RFC 4007, section 11). */
const ZONE = '%';

/** The proxies whose word on where a request comes from is taken. */
export class TrustedProxies {
  readonly #ranges = new BlockList();
  readonly #isEmpty: boolean;

  constructor(ranges: readonly AddressRange[]) {
    for (const { address, prefix, family } of ranges) this.#ranges.addSubnet(address, prefix, family);
    this.#isEmpty = ranges.length === 0;
  }

  /** Whether an address, as `addressFrom` writes it, is one of them. */
  has(address: string): boolean {
    return !this.#isEmpty && this.#ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  }
}

/**
 * An address in the one form in which it is compared and recorded: RFC 5952 for IPv6, and IPv4 without the IPv6 that
 * it may be wrapped in. `undefined` when the text is no address.
 */
export function addressFrom(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes(ZONE)) return undefined;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const inner = address.startsWith(IPV4_IN_IPV6) ? address.slice(IPV4_IN_IPV6.length) : '';
  return isIPv4(inner) ? inner : address;
}
