/** A name and value that people attach to identities. */
export interface IdentityTag {
  readonly key: string;
  readonly value: string;
}

/** An inline policy: its name and its IAM JSON text. */
export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** A 12-digit account (subject `account:<id>`). */
export interface AccountRecord {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** Guardrails of this account; see {@link OrganizationRecord.guardrails}. */
  readonly guardrails: readonly InlinePolicy[];
  /** A name that people sign in with; unique over all accounts. */
  readonly alias?: string | undefined;
}

/** What all accounts have in common (subject `organization:main`). */
export interface OrganizationRecord {
  /** AWS's form, for example `o-a1b2c3d4e5`. */
  readonly id: string;
  /** The account that came first. As in AWS, no guardrail limits it. */
  readonly managementAccount: string;
  /** The account that owns the record: only its principals may read it. */
  readonly auditAccount: string;
  /** Guardrails of every account but the management account: what none of them allows is denied. */
  readonly guardrails: readonly InlinePolicy[];
}

/** What users and roles have in common. */
interface PolicyHolder {
  /** The ARN as it is shown: with the path, in the case that it was created in. */
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** Begins and ends with a slash; absent means `/`. */
  readonly path?: string | undefined;
  /** AWS-style unique id, for example `AIDA…` or `AROA…`. */
  readonly uniqueId: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly disabled: boolean;
  /** Inline policies. */
  readonly policies: readonly InlinePolicy[];
  /** ARNs of managed policies. */
  readonly attached?: readonly string[] | undefined;
  /** ARN of the managed policy that is the permissions boundary. */
  readonly boundary?: string | undefined;
  readonly tags?: readonly IdentityTag[] | undefined;
}

/** A user, of flesh or a service, with long-lived credentials (subject `principal:<principal id>`). */
export interface UserRecord extends PolicyHolder {
  readonly type: 'user' | 'service';
  /** Names of the groups in the same account, in lower case. */
  readonly groups?: readonly string[] | undefined;
}

/** A role, which others assume (subject `principal:<principal id>`). */
export interface RoleRecord extends PolicyHolder {
  readonly type: 'role';
  readonly trustPolicy: string;
  readonly description: string;
  readonly maxSessionSeconds: number;
}

/** A principal as it is stored. */
export type PrincipalRecord = UserRecord | RoleRecord;

/** A group of users; who is in it is said by the users' records (subject `group:<account>/<name in lower case>`). */
export interface GroupRecord {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly path: string;
  /** `AGPA…` */
  readonly uniqueId: string;
  readonly createdAtMs: number;
  readonly policies: readonly InlinePolicy[];
  readonly attached: readonly string[];
}

/** One version of a managed policy. */
export interface PolicyVersion {
  /** `v1`, `v2`, … */
  readonly id: string;
  readonly document: string;
  readonly createdAtMs: number;
}

/** A managed policy (subject `policy:<arn>`). */
export interface ManagedPolicyRecord {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly path: string;
  /** `ANPA…` */
  readonly uniqueId: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** At least the default one, at most five, oldest first. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  /** The number of the version that was made last: numbers are never used again. */
  readonly lastVersion: number;
  readonly tags: readonly IdentityTag[];
}

/** An OpenID Connect provider whose tokens an account accepts (subject `identity-provider:<arn>`). */
export interface IdentityProviderRecord {
  /** `arn:aws:iam::<account>:oidc-provider/<host and path>` */
  readonly arn: string;
  readonly account: string;
  /** The issuer, exactly as its tokens say: `https://host/path`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAtMs: number;
  readonly tags: readonly IdentityTag[];
}

/** A TLS client certificate that stands for a principal (subject `certificate:<SHA-256 of the DER, hexadecimal>`). */
export interface CertificateRecord {
  readonly sha256: string;
  /** A {@link principalId}. */
  readonly principalArn: string;
  /** Its unique id: somebody who is later created under the same name does not inherit the certificate. */
  readonly principalUniqueId: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly disabled: boolean;
}

/** An access key as it is stored (subject `credential:<access key id>`). */
export interface CredentialRecord {
  readonly accessKeyId: string;
  /** A {@link principalId}. */
  readonly principalArn: string;
  /** The secret access key in a sealed box labelled `access-key`, base64. */
  readonly sealedSecret: string;
  readonly createdAtMs: number;
  readonly disabled: boolean;
  /** Id of the remediation that disabled it, for as long as nobody else said anything about that. */
  readonly disabledBy?: string | undefined;
}

/** That a session was revoked (subject `session:<access key id>`); sessions that may be used have no record. */
export interface RevokedSessionRecord {
  readonly accessKeyId: string;
  readonly revokedAtMs: number;
  /** When every session of that time has ended by itself: the record is of no use any more. */
  readonly expiresAtMs: number;
  /**
   * Whose session it is revoked for: accounts, and {@link principalId}s. Nothing is known of a session but its access
   * key id, and nobody revokes the sessions of strangers. The management account stands for all accounts.
   */
  readonly scopes: readonly string[];
}

/**
 * That all sessions that a principal acted in, or got, are revoked (subject `sessions:<principal id>`): those that were
 * issued before the newest change of this record took effect.
 */
export interface RevokedSessionsRecord {
  readonly revokedAtMs: number;
}
