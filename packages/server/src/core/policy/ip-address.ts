/** An address: 4 or 16 bytes. */
type Address = readonly number[];

/** A range of addresses in CIDR notation. */
export interface AddressRange {
  readonly address: Address;
  readonly bits: number;
}

const MAPPED_PREFIX: Address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Reads an IPv4 or IPv6 address. An IPv4 address mapped into IPv6 is the IPv4 address. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const bytes = parseIpv6(text);
  const isMapped = bytes !== undefined && MAPPED_PREFIX.every((byte, position) => bytes[position] === byte);
  return isMapped ? bytes.slice(12) : bytes;
}

/** Reads an address or a CIDR range; bits beyond the prefix are of no account. */
export function parseRange(text: string): AddressRange | undefined {
  const [start = '', prefix, ...rest] = text.split('/');
  const address = parseAddress(start);
  if (address === undefined || rest.length > 0) return undefined;
  const bitsMax = address.length * 8;
  if (prefix === undefined) return { address, bits: bitsMax };
  // A prefix of a mapped address would count the mapping's bits: nobody means that.
  if (address.length === 4 && start.includes(':')) return undefined;
  const bits = /^(0|[1-9][0-9]{0,2})$/.test(prefix) ? Number(prefix) : Number.NaN;
  return bits <= bitsMax ? { address, bits } : undefined;
}

/** Whether an address lies in a range. An IPv4 address never lies in an IPv6 range, nor the other way round. */
export function isInRange(address: Address, range: AddressRange): boolean {
  if (address.length !== range.address.length) return false;
  for (let bit = 0; bit < range.bits; bit += 8) {
    const mask = (0xff << Math.max(0, 8 - (range.bits - bit))) & 0xff;
    const own = address[bit / 8] ?? 0;
    const wanted = range.address[bit / 8] ?? 0;
    if ((own & mask) !== (wanted & mask)) return false;
  }
  return true;
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  const isWhole = parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part));
  const bytes = parts.map(Number);
  return isWhole && bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = '', right] = halves;
  const head = parseGroups(left, right === undefined);
  const tail = right === undefined ? [] : parseGroups(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  const isWhole = right === undefined ? missing === 0 : missing >= 2;
  return isWhole ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined;
}

/** Groups of hexadecimal digits; the very last may be an IPv4 address. */
function parseGroups(text: string, isLast: boolean): Address | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [position, group] of groups.entries()) {
    if (isLast && position === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group);
      if (ipv4 === undefined) return undefined;
      bytes.push(...ipv4);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}
