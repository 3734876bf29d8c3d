import * as v from 'valibot';
import { limitSchema, type PageQuery } from './queries.ts';
import type { Schema } from './reading.ts';
import { type Level, levelSchema, reasonSchema, ruleNameSchema } from './rules.ts';
import { boundedText, instantSchema, textMapSchema } from './text.ts';

const assigneeCharactersMax = 256;
const commentCharactersMax = 1024;
const pairCharactersMax = 1280;

/** How far an incident is. Nobody was told of a `suppressed` one. */
export type IncidentStatus = 'open' | 'acknowledged' | 'resolved' | 'suppressed';

/** What an incident turned out to be. */
export type Disposition = 'true-positive' | 'benign' | 'false-positive' | 'test';

const statusSchema: Schema<IncidentStatus> = v.picklist(['open', 'acknowledged', 'resolved', 'suppressed']);
const dispositionSchema: Schema<Disposition> = v.picklist([
  'true-positive',
  'benign',
  'false-positive',
  'test',
]);

/** An incident as lists show it (`spec/incidents.md`). */
export interface IncidentSummary {
  readonly incidentId: string;
  readonly rule: string;
  readonly ruleTitle: string;
  readonly ruleSha256: string;
  readonly level: Level;
  readonly status: IncidentStatus;
  /** What it is about, by field, for example `actor.arn`. */
  readonly entity: Readonly<Record<string, string>>;
  readonly summary: string;
  /** RFC 3339, as all instants here. */
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly lastSeenAt: string;
  /** Attempts that it rests on. */
  readonly count: number;
  readonly assignee?: string;
  readonly disposition?: Disposition;
  readonly resolvedAt?: string;
  readonly suppressedBy?: string;
}

/** What was done about an incident, or is proposed. */
export interface IncidentRemediation {
  readonly remediationId: string;
  readonly playbook: string;
  readonly step: number;
  readonly action: string;
  readonly target: string;
  readonly status: string;
  readonly reason?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly approvedBy: readonly string[];
  /** When it is undone by itself. */
  readonly expiresAt?: string;
}

/** An incident with what it rests on, what was said, and what was done about it. */
export interface IncidentDetail extends IncidentSummary {
  /** The first ones and the newest ones. */
  readonly events: readonly { readonly eventId: string; readonly index: number; readonly time: string }[];
  readonly comments: readonly { readonly at: string; readonly by: string; readonly text: string }[];
  readonly remediations: readonly IncidentRemediation[];
}

const text = v.exactOptional(v.string());

const summaryMembers = {
  incidentId: v.string(),
  rule: v.string(),
  ruleTitle: v.string(),
  ruleSha256: v.string(),
  level: levelSchema,
  status: statusSchema,
  entity: textMapSchema,
  summary: v.string(),
  openedAt: instantSchema,
  updatedAt: instantSchema,
  lastSeenAt: instantSchema,
  count: v.number(),
  assignee: text,
  disposition: v.exactOptional(dispositionSchema),
  resolvedAt: v.exactOptional(instantSchema),
  suppressedBy: text,
};

export const incidentDetailSchema: Schema<IncidentDetail> = v.object({
  ...summaryMembers,
  events: v.array(v.object({ eventId: v.string(), index: v.number(), time: instantSchema })),
  comments: v.array(v.object({ at: instantSchema, by: v.string(), text: v.string() })),
  remediations: v.array(
    v.object({
      remediationId: v.string(),
      playbook: v.string(),
      step: v.number(),
      action: v.string(),
      target: v.string(),
      status: v.string(),
      reason: text,
      createdAt: instantSchema,
      updatedAt: instantSchema,
      approvedBy: v.array(v.string()),
      expiresAt: v.exactOptional(instantSchema),
    }),
  ),
});

/** One page of incidents, newest first. */
export interface IncidentPage {
  readonly incidents: readonly IncidentSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const incidentPageSchema: Schema<IncidentPage> = v.object({
  incidents: v.array(v.object(summaryMembers)),
  next: v.exactOptional(v.string()),
});

/** Which incidents are asked for; all that is given must hold. */
export interface IncidentFilters {
  /** `unresolved` is open or acknowledged. */
  readonly status?: IncidentStatus | 'unresolved';
  /** This one or worse. */
  readonly level?: Level;
  readonly rule?: string;
  readonly assignee?: string;
  /** A pair `name=value` that the entity has. */
  readonly entity?: string;
}

/** A page of incidents. */
export interface IncidentListQuery extends IncidentFilters, PageQuery {}

export const incidentListQuerySchema: Schema<IncidentListQuery> = v.strictObject({
  status: v.exactOptional(v.picklist(['open', 'acknowledged', 'resolved', 'suppressed', 'unresolved'])),
  level: v.exactOptional(levelSchema),
  rule: v.exactOptional(ruleNameSchema),
  assignee: v.exactOptional(boundedText(assigneeCharactersMax)),
  entity: v.exactOptional(
    v.pipe(
      boundedText(pairCharactersMax),
      v.check((pair) => pair.indexOf('=') > 0, 'an entity is written as `name=value`'),
    ),
  ),
  limit: v.exactOptional(limitSchema),
  cursor: v.exactOptional(boundedText(256)),
});

/** The query as it is written in a request. */
export function incidentQueryTexts(query: IncidentListQuery): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) texts[name] = String(value);
  }
  return texts;
}

export const incidentAssignmentSchema: Schema<{ readonly assignee?: string }> = v.strictObject({
  assignee: v.exactOptional(boundedText(assigneeCharactersMax)),
});

export const incidentCommentSchema: Schema<{ readonly text: string }> = v.strictObject({
  text: boundedText(commentCharactersMax),
});

/** What an incident turned out to be, and why. */
export interface IncidentResolution {
  readonly disposition: Disposition;
  readonly note?: string;
}

export const incidentResolutionSchema: Schema<IncidentResolution> = v.strictObject({
  disposition: dispositionSchema,
  note: v.exactOptional(reasonSchema),
});

export const incidentReopeningSchema: Schema<{ readonly note?: string }> = v.strictObject({
  note: v.exactOptional(reasonSchema),
});

/** What the path of a request about an incident names. */
export const incidentPathSchema: Schema<{ readonly incidentId: string }> = v.strictObject({
  incidentId: v.pipe(
    v.string(),
    v.regex(/^inc-[a-z2-7]{26}$/, 'the id of an incident is `inc-` and 26 letters and digits'),
  ),
});
