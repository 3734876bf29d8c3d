import { idOf } from '../principal-records.ts';
import {
  type PrincipalRecord,
  type Session,
  type SessionParent,
  assumedRoleArn,
} from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { proofEndMs } from '../caller.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Result } from '../params.ts';
import { sealSession } from '../session-tokens.ts';

/** Callers that may stand between a session and whoever proved themselves at first. */
const PARENTS_MAX = 4;

/** What a session is made of, besides who got it and when. */
export type SessionParts = Pick<
  Session,
  | 'federation'
  | 'mfa'
  | 'mfaAtMs'
  | 'name'
  | 'policies'
  | 'policyArns'
  | 'sourceIdentity'
  | 'tags'
  | 'transitiveTagKeys'
> & {
  /** Whom the session acts for. */
  readonly record: PrincipalRecord;
  readonly durationSeconds: number;
};

/** Short-lived credentials, to be shown once. */
export interface SessionCredentials extends Result {
  readonly accessKeyId: string;
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Makes a session and seals it into its token. Nothing is stored: the event says that there is one, and names its
 * access key id.
 */
export function issueSession(
  attempt: Attempt,
  parts: SessionParts,
  parents: readonly SessionParent[],
): SessionCredentials {
  const { durationSeconds, record, ...members } = parts;
  const { entropy, keyring } = attempt;
  const accessKeyId = newUniqueId('ASIA', entropy);
  const session: Session = {
    version: 1,
    accessKeyId,
    principalArn: idOf(record),
    principalUniqueId: record.uniqueId,
    issuedAtMs: attempt.nowMs,
    revision: revisionOf(attempt, record),
    expiresAtMs: Math.min(attempt.nowMs + durationSeconds * 1000, proofCeilingMs(attempt)),
    ...members,
    parents,
  };
  // 30 bytes are 40 characters of base64, as AWS's secret access keys are.
  const secretAccessKey = Buffer.from(entropy.bytes(30)).toString('base64');
  const sessionToken = sealSession(keyring, entropy, session, secretAccessKey);
  attempt.note.change = {
    after: {
      accessKeyId,
      expiresAt: new Date(session.expiresAtMs).toISOString(),
      principal: actingArn(record, session),
    },
  };
  return { accessKeyId, expiration: session.expiresAtMs, secretAccessKey, sessionToken };
}

/**
 * The callers that a session of this caller's is got with, the first one first.
 *
 * @throws OperationError `Validation`, when there are too many.
 */
export function parentsOf(attempt: Attempt): readonly SessionParent[] {
  const parents = [...(attempt.caller.session?.parents ?? []), callerLink(attempt)];
  if (parents.length <= PARENTS_MAX) return parents;
  throw new OperationError('Validation', `A chain of sessions has at most ${PARENTS_MAX} links.`);
}

function callerLink(attempt: Attempt): SessionParent {
  const { caller, principal } = attempt;
  const { arn, record } = principal;
  if (caller.webIdentity !== undefined) {
    const { providerArn } = caller.webIdentity;
    return {
      arn: providerArn,
      kind: 'web-identity',
      id: 'web-identity',
      providerCreatedAtMs: attempt.view.identityProvider(providerArn)?.createdAtMs,
      revision: attempt.view.revision,
    };
  }
  const holder = { arn, principalArn: idOf(record), principalUniqueId: record.uniqueId };
  if (caller.session !== undefined) {
    const { accessKeyId: id, revision = 0 } = caller.session;
    return { ...holder, kind: 'session', id, revision };
  }
  const revision = revisionOf(attempt, record);
  return caller.certificate === undefined
    ? { ...holder, kind: 'credential', id: caller.credentialId, revision }
    : { ...holder, kind: 'certificate', id: caller.certificate, revision };
}

/**
 * INVARIANT: what says that all sessions of a principal are revoked is read before one is issued. So a session that is
 * recorded after the revocation was judged after it as well, and one that is recorded before has an older revision.
 */
function revisionOf({ view }: Attempt, record: PrincipalRecord): number {
  view.sessionsRevokedAt(idOf(record));
  return view.revision;
}

/** What a certificate proved does not outlive it. */
function proofCeilingMs({ caller, request }: Attempt): number {
  return caller.certificate === undefined ? Infinity : proofEndMs(caller, request);
}

function actingArn({ account, arn, name, type }: PrincipalRecord, session: Session): string {
  return type === 'role' ? assumedRoleArn(account, name, session.name ?? session.accessKeyId) : arn;
}
