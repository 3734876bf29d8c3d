import type { IdentityTag } from './records.ts';

/**
 * What short-lived credentials stand for. Nothing of it is stored: all of it is in the session token, sealed, and is
 * believed because only this service can have sealed it.
 */
export interface Session {
  readonly version: 1;
  /** `ASIA…` */
  readonly accessKeyId: string;
  /** The principal that acts, as it is stored: a role, or the user that asked for a session of its own. */
  readonly principalArn: string;
  /** Its unique id: somebody who is later created under the same name does not inherit the session. */
  readonly principalUniqueId: string;
  /** For roles: the name that the caller gave the session. */
  readonly name?: string | undefined;
  readonly issuedAtMs: number;
  /**
   * The revision of the state that it was issued at: it is older than every change that took effect later, whatever the
   * clocks say. Absent only in sessions that somebody imagines, in order to ask what they could do.
   */
  readonly revision?: number | undefined;
  readonly expiresAtMs: number;
  /** Inline session policies, at most one. */
  readonly policies: readonly string[];
  /** ARNs of managed session policies. */
  readonly policyArns: readonly string[];
  readonly tags: readonly IdentityTag[];
  /** Keys of the tags that sessions assumed from this one have as well. */
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** Whether the person proved more than one factor. */
  readonly mfa?: true | undefined;
  /** When the person last did; absent when nobody said. */
  readonly mfaAtMs?: number | undefined;
  /** Who vouched for the person or workload behind it, when nobody here did. */
  readonly federation?:
    | {
        /** ARN of the identity provider. */
        readonly provider: string;
        readonly issuer: string;
        readonly subject: string;
        readonly audience: string;
      }
    | undefined;
  /** What the session was got with, the first one first: it ends with any of them. */
  readonly parents: readonly SessionParent[];
}

/** A caller that led to a session. */
export interface SessionParent {
  /** The ARN that the caller acted under, for people. */
  readonly arn: string;
  /** What the caller proved itself with; a web identity leaves nothing here that could be revoked. */
  readonly kind: 'credential' | 'certificate' | 'session' | 'web-identity';
  /** The access key id, or the certificate's SHA-256. */
  readonly id: string;
  /** For a web identity, when its provider was registered: another one under the same name did not vouch for anybody. */
  readonly providerCreatedAtMs?: number | undefined;
  /** The principal as it is stored; absent for a web identity, and so is its unique id. */
  readonly principalArn?: string | undefined;
  readonly principalUniqueId?: string | undefined;
  /** For a session, its {@link Session.revision}; for other callers, that of the session that they got. */
  readonly revision: number;
}
