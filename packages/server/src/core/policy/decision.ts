/** The kinds of policies in the words of AWS: not what a policy says makes its kind, but what it is used for. */
export type DecidingKind =
  | 'identity-based'
  | 'resource-based'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'grant'
  | 'quarantine';

/** How decisions name a policy. */
export interface PolicyNaming {
  readonly name: string;
  /** Hexadecimal SHA-256 of the policy's text, for whoever must find the very text that decided. */
  readonly sha256?: string | undefined;
}

/** A statement that had a say. */
export interface DecidingStatement {
  readonly policyKind: DecidingKind;
  /** For a grant, its id; for a quarantine, the incident's. */
  readonly policyName: string;
  readonly policySha256: string | undefined;
  /** For a grant, its name; for a quarantine, until when. */
  readonly sid: string | undefined;
  /** Position in the policy, from 0. */
  readonly statementIndex: number;
}

/** What policy decided, and why. A value: a "no" is never thrown. */
export interface Decision {
  readonly allowed: boolean;
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny';
  /** The statement that decided; absent when none did. */
  readonly by?: DecidingStatement;
  /** When an identity policy allowed the use of a resource: what let it, of the resource's policy or of a grant. */
  readonly via?: DecidingStatement;
  /** For an implicit deny: the kind of policy that would have had to allow. */
  readonly missing?: DecidingKind;
}
