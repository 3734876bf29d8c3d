import type { ConditionLookup } from './template.ts';

/** Who asks. */
export interface AccessPrincipal {
  /** The ARN of the user, of the role session or of the account's root. */
  readonly arn: string;
  /** 12 digits. */
  readonly account: string;
  /** For a session of a role: the role's ARN. A key policy that names the role reaches its sessions. */
  readonly roleArn?: string | undefined;
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
