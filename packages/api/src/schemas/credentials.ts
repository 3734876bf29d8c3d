import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { instantSchema } from './text.ts';

/** An access key as lists show it: never with its secret. */
export interface CredentialSummary {
  readonly accessKeyId: string;
  readonly principalArn: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly disabled: boolean;
  /** When it last signed something, refused or not; absent when it never did, and in answers that change it. */
  readonly lastUsedAt?: string;
}

const summaryMembers = {
  accessKeyId: v.string(),
  principalArn: v.string(),
  createdAt: instantSchema,
  disabled: v.boolean(),
  lastUsedAt: v.exactOptional(instantSchema),
};

export const credentialSummarySchema: Schema<CredentialSummary> = v.object(summaryMembers);

/** A new access key. This is the only time that its secret is shown. */
export interface NewCredential extends CredentialSummary {
  readonly secretAccessKey: string;
}

export const newCredentialSchema: Schema<NewCredential> = v.object({
  ...summaryMembers,
  secretAccessKey: v.string(),
});

/** One page of credentials, by access key id. */
export interface CredentialPage {
  readonly credentials: readonly CredentialSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
  /** The record did not tell in time: that `lastUsedAt` is absent says nothing. */
  readonly lastUsesMissing?: boolean;
}

export const credentialPageSchema: Schema<CredentialPage> = v.object({
  credentials: v.array(v.object(summaryMembers)),
  next: v.exactOptional(v.string()),
  lastUsesMissing: v.exactOptional(v.boolean()),
});
