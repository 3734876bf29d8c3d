import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Client } from '../../core/audit/index.ts';
import type { AttemptRequest } from '../../core/operations/index.ts';
import { EXPIRED, shownCertificate } from './client-certificate.ts';
import { originOf, readForwarding } from './forwarded.ts';
import { addressFrom, type TrustedProxies } from './trusted-proxies.ts';

const USER_AGENT_MAX = 1024;
const SECURE_TRANSPORT = {
  true: { 'aws:securetransport': ['true'] },
  false: { 'aws:securetransport': ['false'] },
} as const;

/** Where a request comes from. */
export interface Sender {
  readonly client: Client;
  /** What proxies know better than this server's own end of the connection. */
  readonly conditions: AttemptRequest['conditions'] | undefined;
  readonly isRelayed?: true;
}

/** What a connection says of its peer, which changes only when a certificate ends. */
interface Peer {
  readonly client: Client;
  readonly isTrustedProxy: boolean;
  /** When the certificate stops counting. A connection, and a session that is resumed, may last longer. */
  readonly endsMs: number | undefined;
}

/** Tells who is on the other end of connections: as the server sees it itself, or as trusted proxies say. */
export class Clients {
  readonly #trusted: TrustedProxies;
  readonly #nowMs: () => number;
  readonly #peers = new WeakMap<Duplex, Peer>();

  constructor(trusted: TrustedProxies, nowMs: () => number) {
    this.#trusted = trusted;
    this.#nowMs = nowMs;
  }

  /** The peer of a connection itself. */
  peer(socket: Duplex): Client {
    return this.#peer(socket).client;
  }

  /** Who sent a request; the user agent as it was claimed. */
  sender({ socket, rawHeaders }: IncomingMessage, userAgent: string | undefined): Sender {
    const peer = this.#peer(socket);
    if (peer.isTrustedProxy) return this.#senderBehind(peer.client, rawHeaders, userAgent);
    const client = userAgent === undefined ? peer.client : withAgent(peer.client, userAgent);
    return { client, conditions: undefined };
  }

  #senderBehind(proxy: Client, rawHeaders: readonly string[], userAgent: string | undefined): Sender {
    const { hops, isSecure } = readForwarding(rawHeaders);
    const { address, port, proxies } = originOf(proxy.address, hops, this.#trusted);
    const client = proxies.length === 0 ? proxy : { ...proxy, address, port, proxies };
    const differs = isSecure !== undefined && isSecure !== (proxy.tlsVersion !== undefined);
    return {
      client: withAgent(client, userAgent),
      isRelayed: true,
      conditions: differs ? SECURE_TRANSPORT[isSecure ? 'true' : 'false'] : undefined,
    };
  }

  #peer(socket: Duplex): Peer {
    const known = this.#peers.get(socket);
    if (known !== undefined && (known.endsMs === undefined || this.#nowMs() <= known.endsMs)) return known;
    const peer = this.#look(socket);
    this.#peers.set(socket, peer);
    return peer;
  }

  #look(socket: Duplex): Peer {
    const connection = socket instanceof Socket ? socket : undefined;
    const address = peerAddress(connection?.remoteAddress);
    const tls = socket instanceof TLSSocket ? socket : undefined;
    const shown = tls === undefined ? undefined : shownCertificate(tls);
    // A session is resumed without a new look at the certificate, so its end is looked at here.
    const trusted = shown?.kind === 'trusted' && this.#nowMs() <= shown.endsMs ? shown : undefined;
    const ended = shown?.kind === 'trusted' && trusted === undefined ? EXPIRED : undefined;
    return {
      // Members in canonical order, so that encoding the event need not sort.
      client: {
        address,
        certificate: trusted?.certificate,
        certificateError: shown?.kind === 'refused' ? shown.error : ended,
        port: connection?.remotePort,
        proxies: undefined,
        tlsVersion: tls?.getProtocol() ?? undefined,
        userAgent: undefined,
      },
      isTrustedProxy: this.#trusted.has(address),
      endsMs: trusted?.endsMs,
    };
  }
}

/**
 * The SHA-256 of the client certificate that proves who sent a request. That of a trusted proxy proves nothing of whom
 * it speaks for, whether or not it says who that is.
 */
export function provingCertificate({ client, isRelayed }: AttemptRequest): string | undefined {
  return isRelayed === true ? undefined : client.certificate?.sha256;
}

/** The address of a peer that Node names; a zone (`fe80::1%eth0`) is of no interest beyond this machine. */
export function peerAddress(text: string | undefined): string {
  return addressFrom(text?.split('%', 1)[0] ?? '') ?? 'unknown';
}

function withAgent(client: Client, userAgent: string | undefined): Client {
  return {
    address: client.address,
    certificate: client.certificate,
    certificateError: client.certificateError,
    port: client.port,
    proxies: client.proxies,
    tlsVersion: client.tlsVersion,
    userAgent: userAgent?.slice(0, USER_AGENT_MAX),
  };
}
