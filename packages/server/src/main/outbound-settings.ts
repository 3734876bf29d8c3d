import { readFileSync } from 'node:fs';
import { isSecureUrl } from './secure-url.ts';
import { addressRanges, type Settings, SettingsError } from './settings/index.ts';

/** Where messages about incidents, and calls of functions, may go. */
export interface OutboundSettings {
  /** CIDR ranges that are not of the public Internet and may be sent to. */
  readonly allowAddresses: readonly string[];
  readonly allowPlainHttp: boolean;
  /** Further CA certificates, PEM. */
  readonly extraCertificates?: string;
  /** Where the console is. */
  readonly consoleUrl?: string;
}

const PEM = /-----BEGIN CERTIFICATE-----/;

/** @throws SettingsError */
export function readOutboundSettings(settings: Settings): OutboundSettings {
  const ranges = addressRanges(settings, 'notify-allow-addresses');
  const caFile = settings.optionalText('notify-ca');
  const consoleUrl = settings.optionalText('console-url');
  if (consoleUrl !== undefined && !isSecureUrl(consoleUrl)) {
    throw new SettingsError(
      `the setting \`console-url\` is no https URL, or http URL on loopback: \`${consoleUrl}\``,
    );
  }
  return {
    allowAddresses: ranges.map(({ address, prefix }) => `${address}/${prefix}`),
    allowPlainHttp: settings.flag('dangerously-allow-notify-plain-http'),
    ...(caFile === undefined ? {} : { extraCertificates: readCertificates(caFile) }),
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
  };
}

function readCertificates(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError(`could not read \`${file}\`, the setting \`notify-ca\``, { cause: error });
  }
  if (PEM.test(text)) return text;
  throw new SettingsError(`\`${file}\`, the setting \`notify-ca\`, holds no certificate in PEM`);
}
