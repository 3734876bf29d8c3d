import * as v from 'valibot';
import type { Schema } from './reading.ts';
import {
  accessKeyIdSchema,
  instantSchema,
  policyDocumentSchema,
  policyNameSchema,
  principalNameSchema,
} from './text.ts';
import { type PolicyWarning, policyWarningsSchema } from './warnings.ts';

/** What kind of principal: a person, or a program. */
export type PrincipalType = 'user' | 'service';

const principalType = v.picklist(['user', 'service']);

/** Asks for a new principal. */
export interface NewPrincipal {
  readonly name: string;
  readonly type: PrincipalType;
  /** IAM policy JSON; becomes the inline policy `default`. */
  readonly policy?: string;
}

export const newPrincipalSchema: Schema<NewPrincipal> = v.strictObject({
  name: principalNameSchema,
  type: principalType,
  policy: v.exactOptional(policyDocumentSchema),
});

/** A principal as lists show it. */
export interface PrincipalSummary {
  readonly arn: string;
  readonly name: string;
  readonly type: PrincipalType;
  readonly uniqueId: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly disabled: boolean;
  readonly policyNames: readonly string[];
  /** When it last proved itself for anything, refused or not; absent when it never did, and in answers that change it. */
  readonly lastUsedAt?: string;
}

const summaryMembers = {
  arn: v.string(),
  name: v.string(),
  type: principalType,
  uniqueId: v.string(),
  createdAt: instantSchema,
  disabled: v.boolean(),
  lastUsedAt: v.exactOptional(instantSchema),
  policyNames: v.array(v.string()),
};

/** An inline policy: its name and its IAM JSON text. */
export interface PrincipalPolicy {
  readonly name: string;
  readonly document: string;
}

/** A principal with its policies. */
export interface PrincipalDetail extends PrincipalSummary {
  readonly policies: readonly PrincipalPolicy[];
  /** In answers to the request that put a policy: what is likely not meant by it. */
  readonly warnings?: readonly PolicyWarning[];
}

export const principalDetailSchema: Schema<PrincipalDetail> = v.object({
  ...summaryMembers,
  policies: v.array(v.object({ name: v.string(), document: v.string() })),
  warnings: v.exactOptional(policyWarningsSchema),
});

/** One page of principals, by name. */
export interface PrincipalPage {
  readonly principals: readonly PrincipalSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
  /** The record did not tell in time: that `lastUsedAt` is absent says nothing. */
  readonly lastUsesMissing?: boolean;
}

export const principalPageSchema: Schema<PrincipalPage> = v.object({
  principals: v.array(v.object(summaryMembers)),
  next: v.exactOptional(v.string()),
  lastUsesMissing: v.exactOptional(v.boolean()),
});

/** The document of a policy to attach. */
export interface PolicyBody {
  readonly document: string;
}

export const policyBodySchema: Schema<PolicyBody> = v.strictObject({
  document: policyDocumentSchema,
});

/** What the path of a request about a principal names. */
export const principalPathSchema: Schema<{ readonly principalName: string }> = v.strictObject({
  principalName: principalNameSchema,
});

/** What the path of a request about a policy names. */
export const policyPathSchema: Schema<{ readonly principalName: string; readonly policyName: string }> =
  v.strictObject({ principalName: principalNameSchema, policyName: policyNameSchema });

/** What the path of a request about a credential names. */
export const credentialPathSchema: Schema<{ readonly accessKeyId: string }> = v.strictObject({
  accessKeyId: accessKeyIdSchema,
});
