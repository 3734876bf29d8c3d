/** An IP address as a number and its length: 32 or 128 bits. IPv6 addresses that hold an IPv4 one count as that. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Many rules ask for the address of the same event one after the other. */
let lastText = '';
let lastAddress: Address | undefined;

/** `undefined` for a text that is no address. */
export function parseAddress(text: string): Address | undefined {
  if (text === lastText) return lastAddress;
  lastText = text;
  lastAddress = readAddress(text);
  return lastAddress;
}

function readAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  const plain = parseIpv4(text);
  if (plain !== undefined) return { bits: 32, value: plain };
  const value = parseIpv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

function parseIpv4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => groupsOf(half));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return join([...head, ...zeros, ...tail]);
}

/** 16-bit groups of half an address, the last two of which may be written as IPv4. */
function groupsOf(half: string): readonly bigint[] | undefined {
  if (half === '') return [];
  const groups: bigint[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups.length > 8 ? undefined : groups;
}

function join(groups: readonly bigint[]): bigint {
  return groups.reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** Whether an address lies in a block such as `10.0.0.0/8`; `undefined` for a text that is no block. */
export function compileBlock(text: string): ((address: Address) => boolean) | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0) return undefined;
  const prefix = prefixText === undefined ? address.bits : Number(prefixText);
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  if (prefix > address.bits) return undefined;
  const shift = BigInt(address.bits - prefix);
  const wanted = address.value >> shift;
  return ({ bits, value }) => bits === address.bits && value >> shift === wanted;
}

/** The /24 or /64 of an address as text; `undefined` for a text that is no address. */
export function networkOf(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  if (address.bits === 32) {
    const byte = (shift: bigint): bigint => (address.value >> shift) & 0xffn;
    return `${byte(24n)}.${byte(16n)}.${byte(8n)}.0/24`;
  }
  const groups = [112n, 96n, 80n, 64n].map((shift) => ((address.value >> shift) & 0xffffn).toString(16));
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::/64`;
}
