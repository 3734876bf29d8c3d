import type { ConditionLookup } from './template.ts';

/** Who asks. */
export interface AccessPrincipal {
  /** The ARN of the user, of the session or of the account's root. */
  readonly arn: string;
  /** 12 digits. */
  readonly account: string;
  /**
   * For a session: the ARN of the role that it is a session of, or of the user whose federated session it is. A policy
   * of a resource that names it reaches its sessions, within their boundary and session policies.
   */
  readonly roleArn?: string | undefined;
  /**
   * The ARN of the identity provider whose token the caller showed, instead of any identity in an account: statements
   * that allow reach such a caller by this ARN under `Federated` and in no other way.
   */
  readonly federated?: string | undefined;
  /** The name of the service that asks, for example `backup.example.com`: statements reach it under `Service`. */
  readonly service?: string | undefined;
}

/** What policy is asked: may this principal do this to that? */
export interface AccessRequest {
  /** For example `kms:Decrypt`. */
  readonly action: string;
  /** The resource's ARN, or `*` for an action on no resource in particular. */
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  readonly principal: AccessPrincipal;
  readonly conditions: ConditionLookup;
}
