import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Socket } from 'node:net';
import type { Client } from '../../core/audit/index.ts';

const USER_AGENT_MAX = 1024;
const IPV4_IN_IPV6 = '::ffff:';

/** What a connection says of its client, which does not change while it lasts. */
const connections = new WeakMap<Duplex, Client>();

/** Who is on the other end, as the server sees it itself; the user agent as it was claimed. */
export function clientOf(socket: Duplex, userAgent?: string): Client {
  const client = connections.get(socket) ?? look(socket);
  if (userAgent === undefined) return client;
  // Members in canonical order, so that encoding the event need not sort.
  return {
    address: client.address,
    port: client.port,
    tlsVersion: client.tlsVersion,
    userAgent: userAgent.length > USER_AGENT_MAX ? userAgent.slice(0, USER_AGENT_MAX) : userAgent,
  };
}

function look(socket: Duplex): Client {
  const peer = socket instanceof Socket ? socket : undefined;
  const address = peer?.remoteAddress ?? 'unknown';
  const client = {
    address: address.startsWith(IPV4_IN_IPV6) ? address.slice(IPV4_IN_IPV6.length) : address,
    port: peer?.remotePort,
    tlsVersion: socket instanceof TLSSocket ? (socket.getProtocol() ?? undefined) : undefined,
  };
  connections.set(socket, client);
  return client;
}
