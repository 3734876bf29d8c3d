import { parseArn, type Session, type SessionParent, type WebIdentity } from '../identity/index.ts';
import type { AttemptRequest } from './attempt-request.ts';
import { type Principal, principalFrom, principalInSession, type StoredPrincipal } from './principal.ts';
import type { View } from './replica.ts';

/** Who an authenticated request comes from: the proof has been checked by the front. */
export interface Caller {
  /** The ARN that the caller acts under; for a web identity, the ARN of its provider. */
  readonly principalArn: string;
  /** The access key id that signed; `certificate:<sha256>` for a client certificate. */
  readonly credentialId: string;
  /** Of short-lived credentials. */
  readonly session?: Session | undefined;
  /** The session was shown as the console's cookie, and signed nothing. */
  readonly byConsole?: true | undefined;
  /** The SHA-256 of the TLS client certificate that stands for the caller. */
  readonly certificate?: string | undefined;
  /** A token of an identity provider, verified: good for assuming a role and for nothing else. */
  readonly webIdentity?: WebIdentity | undefined;
}

/** Why nobody acts for a caller. Who has expired credentials is told so, and gets new ones. */
export type NoPrincipal = 'invalid' | 'expired';

/**
 * When what a caller proved comes to its end by itself: of a certificate, whatever the connection is still good for.
 */
export function proofEndMs(caller: Caller, { client }: AttemptRequest): number {
  if (caller.session !== undefined) return caller.session.expiresAtMs;
  if (caller.certificate === undefined || client.certificate === undefined) return Infinity;
  return Date.parse(client.certificate.notAfter);
}

/** Whether short-lived credentials are past their end. */
export function isExpired(session: Session, nowMs: number): boolean {
  return nowMs >= session.expiresAtMs;
}

/**
 * The principal that acts for a caller, if what the caller proved still stands in this view of the state: credential,
 * certificate or session, and the principal behind it. Every look is remembered in the view, so a revocation that is
 * committed first makes the decision stale (G5).
 */
export function actingPrincipal(view: View, caller: Caller, nowMs: number): Principal | NoPrincipal {
  if (caller.session !== undefined) return sessionPrincipal(view, caller.session, nowMs);
  const stored =
    caller.certificate === undefined
      ? holderOf(view, view.credential(caller.credentialId))
      : certificateHolder(view, caller.certificate);
  return stored === undefined ? 'invalid' : principalFrom(stored);
}

function sessionPrincipal(view: View, session: Session, nowMs: number): Principal | NoPrincipal {
  const { accessKeyId: id, parents, principalArn, principalUniqueId, revision = 0 } = session;
  const arn = principalArn;
  const stored = holderSince(view, { kind: 'session', arn, id, principalArn, principalUniqueId, revision });
  if (stored === undefined) return 'invalid';
  if (!parents.every((parent) => stillStands(view, parent))) return 'invalid';
  return isExpired(session, nowMs) ? 'expired' : principalInSession(stored, session);
}

/** Whether what a session was got with could still be used: a session outlives none of it. */
function stillStands(view: View, parent: SessionParent): boolean {
  const { arn, kind, id, providerCreatedAtMs } = parent;
  if (kind === 'web-identity') {
    const provider = view.identityProvider(arn);
    return provider !== undefined && provider.createdAtMs === providerCreatedAtMs;
  }
  if (kind === 'credential' && holderOf(view, view.credential(id)) === undefined) return false;
  if (kind === 'certificate' && certificateHolder(view, id) === undefined) return false;
  return holderSince(view, parent) !== undefined;
}

/** The principal that a session acts for, or that got one, unless it or the session was revoked since then. */
function holderSince(
  view: View,
  { kind, id, principalArn = '', principalUniqueId, revision }: SessionParent,
): StoredPrincipal | undefined {
  if (kind === 'session' && isRevoked(view, id, principalArn)) return undefined;
  const stored = enabled(view, principalArn);
  if (stored === undefined || stored.record.uniqueId !== principalUniqueId) return undefined;
  return revision < view.sessionsRevokedAt(principalArn) ? undefined : stored;
}

function isRevoked(view: View, accessKeyId: string, principalArn: string): boolean {
  const revoked = view.revokedSession(accessKeyId);
  if (revoked === undefined) return false;
  const meant = [principalArn, parseArn(principalArn)?.account, view.organization()?.managementAccount];
  return revoked.scopes.some((scope) => meant.includes(scope));
}

function certificateHolder(view: View, sha256: string): StoredPrincipal | undefined {
  const certificate = view.certificate(sha256);
  const stored = holderOf(view, certificate);
  return stored?.record.uniqueId === certificate?.principalUniqueId ? stored : undefined;
}

function holderOf(
  view: View,
  record: { readonly disabled: boolean; readonly principalArn: string } | undefined,
): StoredPrincipal | undefined {
  return record === undefined || record.disabled ? undefined : enabled(view, record.principalArn);
}

function enabled(view: View, id: string): StoredPrincipal | undefined {
  const stored = view.principal(id);
  return stored === undefined || stored.record.disabled ? undefined : stored;
}
