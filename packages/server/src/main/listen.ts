import { readFileSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { AddressRange, TlsOptions } from '../fronts/http/index.ts';
import type { DataDirectory } from './installation.ts';
import { addressRanges, type Settings, SettingsError } from './settings/index.ts';

/** Where to listen, and with which certificate. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The host as it stands in a URL. */
  readonly urlHost: string;
  readonly tls?: TlsOptions;
  /** The CA certificate to trust, when it is our own. */
  readonly caFile?: string;
  /** Whose word on where requests come from is taken. */
  readonly trustedProxies: readonly AddressRange[];
}

/**
 * Reads where to listen.
 *
 * @throws SettingsError for plain HTTP on anything but loopback, unless it is forced by the setting that says so, and
 * for client certificates without TLS.
 */
export async function listenAddress(settings: Settings, directory: DataDirectory): Promise<ListenAddress> {
  const { host, port } = parseListen(settings.text('listen'));
  const urlHost = host.includes(':') ? `[${host}]` : host;
  const trustedProxies = addressRanges(settings, 'trusted-proxies');
  const secured = await readTls(settings, directory, host);
  if (secured !== undefined) {
    const clients = readClientCertificates(settings);
    const tls = { cert: secured.cert, key: secured.key, ...(clients === undefined ? {} : { clients }) };
    const { caFile } = secured;
    return { host, port, urlHost, trustedProxies, tls, ...(caFile === undefined ? {} : { caFile }) };
  }
  if (settings.optionalText('tls-client-ca') !== undefined || settings.flag('tls-client-required')) {
    throw new SettingsError(
      'client certificates need TLS: give --tls-cert and --tls-key, or --tls-self-signed',
    );
  }
  if (!isLoopback(host) && !settings.flag('dangerously-allow-plain-http')) {
    throw new SettingsError(
      `\`${host}\` is not loopback: give --tls-cert and --tls-key, or --tls-self-signed (or --dangerously-allow-plain-http)`,
    );
  }
  return { host, port, urlHost, trustedProxies };
}

interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  readonly caFile?: string;
}

/** The certificate of the server; `undefined` when it is to speak plain HTTP. */
async function readTls(
  settings: Settings,
  directory: DataDirectory,
  host: string,
): Promise<ServerCertificate | undefined> {
  const cert = settings.optionalText('tls-cert');
  const key = settings.optionalText('tls-key');
  if ((cert === undefined) !== (key === undefined)) {
    throw new SettingsError('the settings `tls-cert` and `tls-key` go together');
  }
  if (cert !== undefined && key !== undefined) {
    return { cert: readPem(cert), key: readPem(key) };
  }
  if (!settings.flag('tls-self-signed')) return undefined;
  // Loaded only here: certificates are made once, and their library is large.
  const { selfSignedCertificate } = await import('./self-signed.ts');
  return selfSignedCertificate(directory.tls, host);
}

function readClientCertificates(settings: Settings): TlsOptions['clients'] {
  const path = settings.optionalText('tls-client-ca');
  const required = settings.flag('tls-client-required');
  if (path === undefined) {
    if (required) throw new SettingsError('the setting `tls-client-required` needs `tls-client-ca`');
    return undefined;
  }
  const ca = readPem(path);
  try {
    // Taken as a CA, a text without certificates would count as no CA at all. Taken as a chain, it is refused.
    createSecureContext({ cert: ca });
  } catch (error) {
    throw new SettingsError(`the file \`${path}\` does not hold certificates in PEM`, { cause: error });
  }
  return { ca, required };
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
