import { Failure } from '../failure.ts';
import { readBytes } from '../files/index.ts';
import type { Listening } from './serve-text.ts';

/** How the command line says to serve, besides the address. */
export interface ListenOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly rate: string;
}

/** Reads where and how to serve. @throws Failure for what cannot be used. */
export function readListening(listen: string, options: ListenOptions): Listening {
  return { ...readAddress(listen), requestsPerSecond: readRate(options.rate), ...readTls(options) };
}

function readAddress(listen: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):([0-9]{1,5})$/.exec(listen) ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    throw new Failure('usage', `\`${listen}\` is not an address and a port`);
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function readRate(rate: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(rate)) throw new Failure('usage', `\`${rate}\` is not a number of requests`);
  return Number(rate);
}

function readTls({
  tlsCert,
  tlsKey,
}: ListenOptions): { readonly tls: { cert: Buffer; key: Buffer } } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Failure('usage', 'TLS takes both `--tls-cert` and `--tls-key`');
  }
  return { tls: { cert: readBytes(tlsCert), key: readBytes(tlsKey) } };
}
