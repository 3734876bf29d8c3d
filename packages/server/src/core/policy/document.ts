import type { ConditionOperator } from './operators.ts';

/** What a policy is attached to, and so whether it names principals. */
export type PolicyKind = 'identity' | 'key';

/** Whom a statement speaks of. Principals that are not AWS accounts or identities are read and reach nobody. */
export interface PrincipalElement {
  /** The statement speaks of everybody. */
  readonly everybody: boolean;
  /** ARNs and account ids under the member `AWS`. */
  readonly aws: readonly string[];
}

/** One condition: an operator, a key as the policy wrote it, and the values to compare with. */
export interface ConditionElement {
  readonly operator: ConditionOperator;
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement, with every element that may be a single value or a list as a list. */
export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principal?: PrincipalElement;
  readonly notPrincipal?: PrincipalElement;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  /** Absent in a key policy: the key that the policy belongs to. */
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly conditions: readonly ConditionElement[];
}

/** A policy document (`spec/policy.md`, "elements"). */
export interface PolicyDocument {
  readonly kind: PolicyKind;
  /** Only 2012-10-17 has policy variables. */
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id?: string;
  readonly statements: readonly Statement[];
}
