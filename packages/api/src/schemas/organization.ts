import * as v from 'valibot';
import type { Guardrail } from './accounts.ts';
import type { Schema } from './reading.ts';
import { accountIdSchema, policyNameSchema } from './text.ts';
import { type PolicyWarning, policyWarningsSchema } from './warnings.ts';

/** What all accounts have in common. */
export interface OrganizationDetail {
  readonly organizationId: string;
  readonly managementAccount: string;
  /** The account whose principals may read the record. */
  readonly auditAccount: string;
  readonly guardrails: readonly Guardrail[];
}

export const organizationDetailSchema: Schema<OrganizationDetail> = v.object({
  organizationId: v.string(),
  managementAccount: v.string(),
  auditAccount: v.string(),
  guardrails: v.array(v.object({ name: v.string(), document: v.string() })),
});

/** What came of putting a guardrail somewhere. */
export interface PutGuardrailAnswer {
  readonly guardrails: readonly Guardrail[];
  readonly warnings: readonly PolicyWarning[];
}

export const putGuardrailAnswerSchema: Schema<PutGuardrailAnswer> = v.object({
  guardrails: v.array(v.object({ name: v.string(), document: v.string() })),
  warnings: policyWarningsSchema,
});

/** What is left when a guardrail is taken away. */
export interface DeleteGuardrailAnswer {
  readonly guardrails: readonly Guardrail[];
}

export const deleteGuardrailAnswerSchema: Schema<DeleteGuardrailAnswer> = v.object({
  guardrails: v.array(v.object({ name: v.string(), document: v.string() })),
});

export const auditAccountBodySchema: Schema<{ readonly accountId: string }> = v.strictObject({
  accountId: accountIdSchema,
});

/** What the path of a request about a guardrail of the organization names. */
export const guardrailPathSchema: Schema<{ readonly guardrailName: string }> = v.strictObject({
  guardrailName: policyNameSchema,
});

/** What the path of a request about a guardrail of an account names. */
export const accountGuardrailPathSchema: Schema<{
  readonly accountId: string;
  readonly guardrailName: string;
}> = v.strictObject({ accountId: accountIdSchema, guardrailName: policyNameSchema });
