import type { IncomingMessage } from 'node:http';

/** What the listener itself wants to know of a request's headers. */
export interface Head {
  readonly hasHost: boolean;
  /** How long the body is as the client says; 0 when it does not say. */
  readonly announcedBytes: number;
  readonly userAgent: string | undefined;
}

/** Reads the headers in one pass over what was sent: Node's own collection of them costs more than all of this. */
export function readHead({ rawHeaders }: IncomingMessage): Head {
  let hasHost = false;
  let length: string | undefined;
  let userAgent: string | undefined;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    // Names are told apart by their lengths first.
    if (name.length === HOST.length && name.toLowerCase() === HOST) hasHost = true;
    else if (name.length === LENGTH.length && name.toLowerCase() === LENGTH) length = rawHeaders[i + 1];
    else if (name.length === AGENT.length && name.toLowerCase() === AGENT) userAgent ??= rawHeaders[i + 1];
  }
  return { hasHost, announcedBytes: Number(length ?? 0), userAgent };
}

const HOST = 'host';
const LENGTH = 'content-length';
const AGENT = 'user-agent';
