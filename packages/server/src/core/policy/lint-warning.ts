/** What can be said against a policy that is understood. The codes are stable (`spec/policy.md`, "warnings"). */
export type LintCode =
  | 'wildcard-action'
  | 'wildcard-principal'
  | 'wildcard-resource'
  | 'not-principal'
  | 'not-action-allow'
  | 'not-resource-allow'
  | 'unknown-condition-key'
  | 'unused-condition-key'
  | 'duties-not-separated'
  | 'never-matches'
  | 'nobody-named'
  | 'duplicate-statement'
  | 'duplicate-entry'
  | 'deprecated-version';

/** What was found in a statement. */
export interface Finding {
  readonly code: LintCode;
  /** One sentence in lower case. */
  readonly message: string;
}

/** One warning. Data that can be written as JSON. */
export interface LintWarning extends Finding {
  /** The statement's position from 0; absent when it is about the policy as a whole. */
  readonly statementIndex?: number;
  readonly sid?: string;
}

/** What is known about a policy beyond its text. */
export interface LintOptions {
  /** Guardrails and boundaries, which allow nothing by themselves, are wide on purpose. */
  readonly use?: 'policy' | 'guardrail';
  /** The ARN of the resource whose policy it is. */
  readonly resource?: string;
}
