import type { ServerOptions } from 'node:https';

/** How a listener speaks TLS. */
export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
  /** Set to ask clients for a certificate. */
  readonly clients?: {
    /** The CA certificates that those of clients must come from, PEM. No other CA counts. */
    readonly ca: string;
    /** Whether a client without a trusted certificate is refused whatever else it proves. */
    readonly required: boolean;
  };
}

/**
 * The options for Node. A client with a certificate that is not trusted gets its connection all the same, so that what
 * it attempts is answered, and is on the record with the reason (G2).
 */
export function nodeTlsOptions({ cert, key, clients }: TlsOptions): ServerOptions {
  const own = { cert, key, minVersion: 'TLSv1.2' as const, honorCipherOrder: true };
  return clients === undefined
    ? own
    : { ...own, ca: clients.ca, requestCert: true, rejectUnauthorized: false };
}
