import {
  type NewSession,
  type RevokedSession,
  revokedSessionSchema,
  type RevokedSessions,
  revokedSessionsSchema,
  type SessionCredentials,
  sessionCredentialsSchema,
  type SessionRevocation,
} from '../schemas/index.ts';
import type { Ask, CallOptions } from './calls.ts';

/** Short-lived credentials (`spec/admin-api.md`, "sessions"). */
export interface SessionClient {
  /** Credentials of the caller's own; the answer holds their secret, for the only time. */
  create(session?: NewSession, options?: CallOptions): Promise<SessionCredentials>;
  revoke(accessKeyId: string, revocation?: SessionRevocation, options?: CallOptions): Promise<RevokedSession>;
  /** All sessions of a user or role that were issued until now. */
  revokeAll(principalArn: string, options?: CallOptions): Promise<RevokedSessions>;
}

export function sessionClient(ask: Ask): SessionClient {
  const base = ['v1', 'sessions'];
  return {
    create: (session = {}, options) =>
      ask({ method: 'POST', path: base, body: session }, sessionCredentialsSchema, options),
    revoke(accessKeyId, revocation = {}, options) {
      const path = [...base, accessKeyId, 'revoke'];
      return ask({ method: 'POST', path, body: revocation }, revokedSessionSchema, options);
    },
    revokeAll(principalArn, options) {
      const path = [...base, 'revoke'];
      return ask({ method: 'POST', path, body: { principalArn } }, revokedSessionsSchema, options);
    },
  };
}
