import type { IncomingMessage } from 'node:http';
import { justificationFrom } from './justification.ts';

/** What the listener itself wants to know of a request's headers. */
export interface Head {
  readonly hasHost: boolean;
  /** How long the body is as the client says; 0 when it does not say. */
  readonly announcedBytes: number;
  readonly userAgent: string | undefined;
  readonly justification: string | undefined;
}

/** Reads the headers in one pass over what was sent: Node's own collection of them costs more than all of this. */
export function readHead({ rawHeaders }: IncomingMessage): Head {
  let hasHost = false;
  let length: string | undefined;
  let userAgent: string | undefined;
  let reason: string | undefined;
  let reasons = 0;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    // Names are told apart by their lengths first.
    if (name.length === HOST.length && name.toLowerCase() === HOST) hasHost = true;
    else if (name.length === LENGTH.length && name.toLowerCase() === LENGTH) length = rawHeaders[i + 1];
    else if (name.length === AGENT.length && name.toLowerCase() === AGENT) userAgent ??= rawHeaders[i + 1];
    else if (name.length === REASON.length && name.toLowerCase() === REASON) {
      reason = rawHeaders[i + 1];
      reasons += 1;
    }
  }
  // Of several reasons nobody knows which one was meant.
  const justification = reason === undefined || reasons > 1 ? undefined : justificationFrom(reason);
  return { hasHost, announcedBytes: Number(length ?? 0), userAgent, justification };
}

const HOST = 'host';
const LENGTH = 'content-length';
const AGENT = 'user-agent';
const REASON = 'x-keywitness-justification';
