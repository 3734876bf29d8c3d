/** The kinds of policies, in the words of AWS: attached to the caller, or to the key. */
export type DecidingKind = 'identity-based' | 'resource-based';

/** A statement that had a say. */
export interface DecidingStatement {
  readonly policyKind: DecidingKind;
  readonly policyName: string;
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
  /** When an identity policy allowed the use of a key: the key policy's statement that let it. */
  readonly via?: DecidingStatement;
  /** For an implicit deny: the kind of policy that would have had to allow. */
  readonly missing?: DecidingKind;
}
