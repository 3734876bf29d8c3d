import type { ConditionOperator } from './operators.ts';

/**
 * How a policy is read. `key`: of a key, names principals. `trust`: of a role, names principals and has no resource.
 * `identity`: everything else, which names no principals: also boundaries, session policies and guardrails.
 */
export type PolicyKind = 'identity' | 'key' | 'trust';

/** Whom a statement speaks of. */
export interface PrincipalElement {
  /** The statement speaks of everybody. */
  readonly everybody: boolean;
  /** ARNs and account ids under the member `AWS`. */
  readonly aws: readonly string[];
  /** Names under `Service`. */
  readonly services: readonly string[];
  /** ARNs of identity providers, and names of others, under `Federated`. */
  readonly federated: readonly string[];
  /** Ids under `CanonicalUser`, which nobody here has. */
  readonly canonicalUsers: readonly string[];
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
  /** Absent in a policy of a resource: that resource. */
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
