import { addressFrom, type TrustedProxies } from './trusted-proxies.ts';

/** Where trusted proxies say that a request comes from. */
export interface Origin {
  readonly address: string;
  readonly port?: number | undefined;
  /** From the client to this server, the one next to the client first. */
  readonly proxies: readonly string[];
}

/** What a request's headers say of its way. */
export interface Forwarding {
  /** The lines of `X-Forwarded-For` as one list. */
  readonly hops: string;
  /** Whether all of `X-Forwarded-Proto` says `https`; `undefined` when there is none. */
  readonly isSecure: boolean | undefined;
}

/** So many proxies of a way are recorded: those next to this server, which know most about it. */
export const PROXIES_MAX = 8;
const FOR = 'x-forwarded-for';
const PROTO = 'x-forwarded-proto';

/** Reads what proxies add to a request. It means nothing unless the peer is trusted. */
export function readForwarding(rawHeaders: readonly string[]): Forwarding {
  const hops: string[] = [];
  const protos: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (name.length === FOR.length && name.toLowerCase() === FOR) hops.push(value);
    else if (name.length === PROTO.length && name.toLowerCase() === PROTO) protos.push(value);
  }
  return { hops: hops.join(','), isSecure: protos.length === 0 ? undefined : isHttps(protos.join(',')) };
}

/**
 * Walks from a trusted peer towards the client. Each trusted hop vouches for the one before it, so the walk ends at the
 * first that is not trusted: the client. It ends early where the list does or where an entry is no address, and then the
 * last good hop counts as the client.
 */
export function originOf(peer: string, hops: string, trusted: TrustedProxies): Origin {
  const entries = hops.split(',');
  const passed: string[] = [];
  let client: Hop = { address: peer };
  for (let i = entries.length - 1; i >= 0 && trusted.has(client.address); i -= 1) {
    const hop = hopFrom(entries[i]?.trim() ?? '');
    if (hop === undefined) break;
    passed.push(client.address);
    client = hop;
  }
  return { ...client, proxies: passed.slice(0, PROXIES_MAX).reverse() };
}

interface Hop {
  readonly address: string;
  readonly port?: number;
}

const PORT_MAX = 65_535;

/** An address, as some proxies write it with the port: `192.0.2.1:80`, `[2001:db8::1]:80`. */
function hopFrom(text: string): Hop | undefined {
  const bare = addressFrom(text);
  if (bare !== undefined) return { address: bare };
  const parts = /^(?:\[([^\]]+)\]|([0-9.]+))(?::([0-9]{1,5}))?$/.exec(text);
  const [, ipv6, ipv4, digits] = parts ?? [];
  const address = addressFrom(ipv6 ?? ipv4 ?? '');
  // Brackets are for IPv6 alone.
  if (address === undefined || (ipv6 !== undefined && !ipv6.includes(':'))) return undefined;
  if (digits === undefined) return { address };
  const port = Number(digits);
  return port > PORT_MAX ? undefined : { address, port };
}

/** One hop without TLS is enough for the request not to have come securely. */
function isHttps(list: string): boolean {
  return list.split(',').every((proto) => proto.trim().toLowerCase() === 'https');
}
