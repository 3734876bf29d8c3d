import * as v from 'valibot';
import { limitSchema, type PageQuery } from './queries.ts';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema } from './text.ts';

const reasonCharactersMax = 512;
const arnCharactersMax = 2048;
const quarantineSecondsMax = 2_592_000;
const statuses = [
  'proposed',
  'approved',
  'dry-run',
  'calling',
  'done',
  'failed',
  'refused',
  'undone',
  'expired',
] as const;

const incidentIdSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^inc-[a-z2-7]{26}$/, 'an incident id is `inc-` and 26 letters and digits'),
);

/** One step of one playbook about one incident. */
export interface RemediationSummary {
  readonly id: string;
  readonly incidentId: string;
  /** Of the incident. */
  readonly level: string;
  readonly playbook: string;
  readonly step: number;
  readonly action: string;
  /** What it is done to; empty when nothing was found. */
  readonly target: string;
  readonly status: string;
  /** Why it waits, failed or was refused. */
  readonly reason?: string;
  /** What a function answered. */
  readonly outcome?: string;
  /** It was as wanted already. */
  readonly nothingDone?: boolean;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it is undone by itself. */
  readonly expiresAt?: string;
  /** ARNs. */
  readonly approvedBy: readonly string[];
}

const members = {
  id: v.string(),
  incidentId: v.string(),
  level: v.string(),
  playbook: v.string(),
  step: v.number(),
  action: v.string(),
  target: v.string(),
  status: v.string(),
  reason: v.exactOptional(v.string()),
  outcome: v.exactOptional(v.string()),
  nothingDone: v.exactOptional(v.boolean()),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  expiresAt: v.exactOptional(instantSchema),
  approvedBy: v.array(v.string()),
};

export const remediationSummarySchema: Schema<RemediationSummary> = v.object(members);

/** One page of remediations, by id. */
export interface RemediationPage {
  readonly remediations: readonly RemediationSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const remediationPageSchema: Schema<RemediationPage> = v.object({
  remediations: v.array(v.object(members)),
  next: v.exactOptional(v.string()),
});

/** Which remediations are asked for. */
export interface RemediationFilters {
  readonly incidentId?: string;
  readonly status?: (typeof statuses)[number];
}

export const remediationListQuerySchema: Schema<RemediationFilters & PageQuery> = v.strictObject({
  limit: v.exactOptional(limitSchema),
  cursor: v.exactOptional(boundedText(256)),
  incidentId: v.exactOptional(incidentIdSchema),
  status: v.exactOptional(v.picklist(statuses)),
});

export const remediationPathSchema: Schema<{ readonly remediationId: string }> = v.strictObject({
  remediationId: v.pipe(
    v.string(),
    v.regex(/^rem-[a-z2-7]{26}$/, 'a remediation id is `rem-` and 26 letters and digits'),
  ),
});

export const refusalBodySchema: Schema<{ readonly reason?: string }> = v.strictObject({
  reason: v.exactOptional(boundedText(reasonCharactersMax)),
});

/** Asks that a principal be kept from everything for a while. */
export interface NewQuarantine {
  readonly principalArn: string;
  /** A day unless given, 30 days at most. */
  readonly durationSeconds?: number;
  readonly incidentId?: string;
  readonly reason?: string;
  /** Requests that somebody else approved are let through. */
  readonly unlessApproved?: boolean;
}

export const newQuarantineSchema: Schema<NewQuarantine> = v.strictObject({
  principalArn: boundedText(arnCharactersMax),
  durationSeconds: v.exactOptional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(quarantineSecondsMax)),
  ),
  incidentId: v.exactOptional(incidentIdSchema),
  reason: v.exactOptional(boundedText(reasonCharactersMax)),
  unlessApproved: v.exactOptional(v.boolean()),
});

export const quarantineReleaseSchema: Schema<{ readonly principalArn: string }> = v.strictObject({
  principalArn: boundedText(arnCharactersMax),
});

/** One reason for which a principal is kept from everything. */
export interface QuarantineSummary {
  readonly principalArn: string;
  /** The remediation's id, or `by hand`. */
  readonly id: string;
  readonly incidentId?: string;
  /** ARN of who put it. */
  readonly by: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
  readonly expiresAt: string;
  readonly unlessApproved: boolean;
}

const quarantineMembers = {
  principalArn: v.string(),
  id: v.string(),
  incidentId: v.exactOptional(v.string()),
  by: v.string(),
  reason: v.string(),
  since: instantSchema,
  expiresAt: instantSchema,
  unlessApproved: v.boolean(),
};

export const quarantineSummarySchema: Schema<QuarantineSummary> = v.object(quarantineMembers);

/** One page of quarantines, by principal. */
export interface QuarantinePage {
  readonly quarantines: readonly QuarantineSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const quarantinePageSchema: Schema<QuarantinePage> = v.object({
  quarantines: v.array(v.object(quarantineMembers)),
  next: v.exactOptional(v.string()),
});
