import type { Actor, ActorSession } from '../audit/index.ts';
import { sha256Hex } from '../crypto/index.ts';
import type { Session, WebIdentity } from '../identity/index.ts';
import type { Caller } from './caller.ts';
import type { Principal } from './principal.ts';

/** Sessions are kept for as long as their tokens are in use, and what the record says of them with them. */
const described = new WeakMap<Session, ActorSession>();
/** The same of those that the console's cookie proves. */
const describedOfConsole = new WeakMap<Session, ActorSession>();

/**
 * Who an event says that it was. Members stand in canonical order: see `eventOf`.
 *
 * @param principal absent when what the caller proved does not stand any more
 */
export function actorOf(caller: Caller, principal: Principal | undefined): Actor {
  const { credentialId, principalArn, session, webIdentity } = caller;
  if (webIdentity !== undefined) return federatedActor(webIdentity);
  const known = session === undefined ? undefined : sessionOf(session, caller.byConsole);
  if (principal === undefined) {
    return {
      arn: principalArn,
      credentialId,
      ...(known === undefined ? {} : { session: known }),
      type: typeOf(principalArn),
    };
  }
  const { account, arn, record } = principal;
  return known === undefined
    ? { account, arn, credentialId, name: record.name, type: record.type }
    : { account, arn, credentialId, name: record.name, session: known, type: record.type };
}

function typeOf(arn: string): Actor['type'] {
  return arn.includes(':assumed-role/') || arn.includes(':role/') ? 'role' : 'user';
}

function federatedActor({ issuer, mfa, providerArn, subject }: WebIdentity): Actor {
  return {
    arn: providerArn,
    credentialId: 'web-identity',
    name: subject,
    session: { issuer, mfa: mfa ? true : undefined, subject },
    type: 'web-identity',
  };
}

function sessionOf(session: Session, byConsole: true | undefined): ActorSession {
  const kept = byConsole === true ? describedOfConsole : described;
  const known = kept.get(session);
  if (known !== undefined) return known;
  const { federation, issuedAtMs, mfa, mfaAtMs, name, parents, sourceIdentity, tags } = session;
  const policies = policiesOf(session);
  const description = {
    audience: federation?.audience,
    chain: parents.length === 0 ? undefined : parents.map(({ arn }) => arn),
    console: byConsole,
    issuedAt: new Date(issuedAtMs).toISOString(),
    issuer: federation?.issuer,
    mfa,
    mfaAt: mfaAtMs === undefined ? undefined : new Date(mfaAtMs).toISOString(),
    name,
    policies: policies.length === 0 ? undefined : policies,
    provider: federation?.provider,
    sourceIdentity,
    subject: federation?.subject,
    tags: tags.length === 0 ? undefined : tags.map(({ key, value }) => `${key}=${value}`),
  };
  kept.set(session, description);
  return description;
}

/** The documents are kept under their digests by the operation that made the session. */
function policiesOf({ policies, policyArns }: Session): readonly string[] {
  return [...policyArns, ...policies.map((document) => `sha256:${sha256Hex(document)}`)];
}
