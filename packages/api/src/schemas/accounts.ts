import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { accountIdSchema, boundedText, instantSchema } from './text.ts';

/** Characters of an account's name. */
const nameCharactersMax = 50;

/** Asks for a new account. */
export interface NewAccount {
  readonly name: string;
  /** 12 digits; one is made up when it is absent. */
  readonly accountId?: string;
}

export const newAccountSchema: Schema<NewAccount> = v.strictObject({
  name: boundedText(nameCharactersMax),
  accountId: v.exactOptional(accountIdSchema),
});

/** An account as lists show it. */
export interface AccountSummary {
  readonly accountId: string;
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly guardrailNames: readonly string[];
}

const summaryMembers = {
  accountId: v.string(),
  name: v.string(),
  createdAt: instantSchema,
  guardrailNames: v.array(v.string()),
};

/** A policy that limits what others can allow. */
export interface Guardrail {
  readonly name: string;
  readonly document: string;
}

/** An account with its guardrails. */
export interface AccountDetail extends AccountSummary {
  readonly guardrails: readonly Guardrail[];
  /** In the answer of its creation: the role by which the management account administers it. */
  readonly administratorRoleArn?: string;
}

export const accountDetailSchema: Schema<AccountDetail> = v.object({
  ...summaryMembers,
  guardrails: v.array(v.object({ name: v.string(), document: v.string() })),
  administratorRoleArn: v.exactOptional(v.string()),
});

/** One page of accounts, by id. */
export interface AccountPage {
  readonly accounts: readonly AccountSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const accountPageSchema: Schema<AccountPage> = v.object({
  accounts: v.array(v.object(summaryMembers)),
  next: v.exactOptional(v.string()),
});

export const accountNameSchema: Schema<{ readonly name: string }> = v.strictObject({
  name: boundedText(nameCharactersMax),
});

/** What the path of a request about an account names. */
export const accountPathSchema: Schema<{ readonly accountId: string }> = v.strictObject({
  accountId: accountIdSchema,
});
