import { readFileSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import type { DataDirectory } from './installation.ts';
import { type Settings, SettingsError } from './settings/index.ts';

/** Where to listen, and with which certificate. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The host as it stands in a URL. */
  readonly urlHost: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The CA certificate to trust, when it is our own. */
  readonly caFile?: string;
}

/**
 * Reads where to listen.
 *
 * @throws SettingsError for plain HTTP on anything but loopback, unless it is forced by the setting that says so.
 */
export async function listenAddress(settings: Settings, directory: DataDirectory): Promise<ListenAddress> {
  const { host, port } = parseListen(settings.text('listen'));
  const urlHost = host.includes(':') ? `[${host}]` : host;
  const cert = settings.optionalText('tls-cert');
  const key = settings.optionalText('tls-key');
  if ((cert === undefined) !== (key === undefined)) {
    throw new SettingsError('the settings `tls-cert` and `tls-key` go together');
  }
  if (cert !== undefined && key !== undefined) {
    return { host, port, urlHost, tls: { cert: readPem(cert), key: readPem(key) } };
  }
  if (settings.flag('tls-self-signed')) {
    // Loaded only here: certificates are made once, and their library is large.
    const { selfSignedCertificate } = await import('./self-signed.ts');
    const { caFile, ...tls } = await selfSignedCertificate(directory.tls, host);
    return { host, port, urlHost, tls, caFile };
  }
  if (!isLoopback(host) && !settings.flag('dangerously-allow-plain-http')) {
    throw new SettingsError(
      `\`${host}\` is not loopback: give --tls-cert and --tls-key, or --tls-self-signed (or --dangerously-allow-plain-http)`,
    );
  }
  return { host, port, urlHost };
}

function parseListen(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):([0-9]{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new SettingsError(`the setting \`listen\` is an address and a port, not \`${text}\``);
  }
  return { host, port };
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || (isIP(host) !== 0 && isIPv4(host) && host.startsWith('127.'))
  );
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError(`the file \`${path}\` cannot be read`, { cause: error });
  }
}
