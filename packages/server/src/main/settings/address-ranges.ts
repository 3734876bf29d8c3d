import { isIP } from 'node:net';
import type { AddressRange } from '../../fronts/http/index.ts';
import { type Settings, SettingsError } from './read.ts';

const RANGES_MAX = 256;
const BITS = { ipv4: 32, ipv6: 128 } as const;

/**
 * Reads a setting that lists addresses and ranges in CIDR notation (RFC 4632, RFC 4291 section 2.3), with commas.
 *
 * @throws SettingsError for what is no range, and for the range of all addresses: trusting everybody is a mistake.
 */
export function addressRanges(settings: Settings, name: string): readonly AddressRange[] {
  const text = settings.optionalText(name) ?? '';
  if (text.trim() === '') return [];
  const parts = text.split(',');
  if (parts.length > RANGES_MAX) {
    throw new SettingsError(`the setting \`${name}\` has more than ${RANGES_MAX} ranges`);
  }
  return parts.map((part) => rangeFrom(name, part.trim()));
}

function rangeFrom(name: string, text: string): AddressRange {
  const [, address = '', digits] = /^([^/%]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) {
    throw new SettingsError(`the setting \`${name}\` has \`${text}\`, which is no address range`);
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const prefix = digits === undefined ? BITS[family] : Number(digits);
  if (prefix < 1 || prefix > BITS[family]) {
    throw new SettingsError(
      `the setting \`${name}\` has \`${text}\`: the prefix of a range is from 1 to ${BITS[family]} bits`,
    );
  }
  return { address, prefix, family };
}
