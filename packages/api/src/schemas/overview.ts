import * as v from 'valibot';
import { type EventFilters, filterMembers } from './queries.ts';
import type { Schema } from './reading.ts';
import { assetSchema, countTextSchema } from './text.ts';

const bucketsMax = 400;
const scanMax = 50_000;
const topMax = 100;

/** Numbers of events over time. */
export interface HistogramQuery extends EventFilters {
  /** At most so many, 1 to 400; 100 unless given. */
  readonly buckets?: number;
}

function countUpTo(max: number): Schema<number> {
  return v.pipe(
    countTextSchema,
    v.minValue(1, 'a number of them is at least 1'),
    v.maxValue(max, `a number of them is at most ${max}`),
  );
}

/** Reads the query of a histogram from its texts. */
export const histogramQuerySchema: Schema<HistogramQuery> = v.strictObject({
  ...filterMembers,
  buckets: v.exactOptional(countUpTo(bucketsMax)),
});

/** How many events ended in each way. */
export interface OutcomeCounts {
  readonly success: number;
  readonly denied: number;
  readonly error: number;
  readonly throttled: number;
}

/** Events over time. An event that counts several attempts is one. */
export interface EventHistogram {
  /** When the first bucket begins, and the window ends; RFC 3339. */
  readonly from: string;
  readonly to: string;
  /** The length of each bucket; the last one may be cut by the end of the window. */
  readonly bucketMs: number;
  readonly buckets: readonly OutcomeCounts[];
  /** The number of log entries that this answer covers. */
  readonly size: number;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const eventHistogramSchema: Schema<EventHistogram> = v.object({
  from: v.string(),
  to: v.string(),
  bucketMs: count,
  buckets: v.array(v.object({ success: count, denied: count, error: count, throttled: count })),
  size: count,
});

/** What events are summed up by. */
export const summaryFields = [
  'action',
  'asset',
  'credential',
  'errorCode',
  'key',
  'material',
  'outcome',
  'principal',
  'source',
  'userAgent',
] as const;

export type SummaryField = (typeof summaryFields)[number];

/** What matching events have most. */
export interface SummaryQuery extends EventFilters {
  readonly by: readonly SummaryField[];
  /** Values of each field at most, 1 to 100; 10 unless given. */
  readonly top?: number;
  /** The newest so many matching events are looked at, 1 to 50,000; 10,000 unless given. */
  readonly scan?: number;
  /** Counts of every day of UTC as well. */
  readonly over?: 'day';
}

/** Reads the query of a summary from its texts. */
export const summaryQuerySchema: Schema<SummaryQuery> = v.strictObject({
  ...filterMembers,
  by: v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(v.picklist(summaryFields, 'events are summed up by fields such as `principal,key`')),
    v.check((fields) => new Set(fields).size === fields.length, 'events are summed up by a field once'),
  ),
  top: v.exactOptional(countUpTo(topMax)),
  scan: v.exactOptional(countUpTo(scanMax)),
  over: v.exactOptional(v.literal('day')),
});

/** A value that events have. */
export interface ValueCount {
  readonly value: string;
  /** Another name that it has in the newest of them: of a principal its name, of a key its alias. */
  readonly label?: string;
  readonly count: number;
  /** RFC 3339; absent when the times of all of them cannot be read. */
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** How many there were on each day that had any, by `YYYY-MM-DD`, in order. */
  readonly days?: Readonly<Record<string, number>>;
}

/** What is most frequent of a field. */
export interface FieldSummary {
  /** The most frequent first. */
  readonly values: readonly ValueCount[];
  /** How many different values there were. */
  readonly distinct: number;
}

/** What events have most. */
export interface EventSummary {
  /** Those fields that were asked for. */
  readonly fields: Readonly<Partial<Record<SummaryField, FieldSummary>>>;
  /** How many matching events were looked at. */
  readonly matchedScanned: number;
  /** Whether these were all. */
  readonly isComplete: boolean;
  readonly size: number;
}

const fieldSummary = v.exactOptional(
  v.object({
    values: v.array(
      v.object({
        value: v.string(),
        label: v.exactOptional(v.string()),
        count,
        firstAt: v.exactOptional(v.string()),
        lastAt: v.exactOptional(v.string()),
        days: v.exactOptional(v.record(v.string(), count)),
      }),
    ),
    distinct: count,
  }),
);

export const eventSummarySchema: Schema<EventSummary> = v.object({
  fields: v.object({
    action: fieldSummary,
    asset: fieldSummary,
    credential: fieldSummary,
    errorCode: fieldSummary,
    key: fieldSummary,
    material: fieldSummary,
    outcome: fieldSummary,
    principal: fieldSummary,
    source: fieldSummary,
    userAgent: fieldSummary,
  }),
  matchedScanned: count,
  isComplete: v.boolean(),
  size: count,
});

/** What the record has values of: filters by these names find them. */
const suggestFields = [
  'account',
  'action',
  'asset',
  'credential',
  'errorCode',
  'issuer',
  'key',
  'material',
  'operation',
  'outcome',
  'principal',
  'session',
  'source',
  'subject',
  'userAgent',
] as const;

export type SuggestField = (typeof suggestFields)[number];

/** Values that begin so. */
export interface SuggestQuery {
  /** All of them unless given. */
  readonly field?: SuggestField;
  /** Upper and lower case are the same; all values unless given. */
  readonly prefix?: string;
  /** 1 to 100; 10 unless given. */
  readonly limit?: number;
}

/** Reads the query of suggestions from its texts. */
export const suggestQuerySchema: Schema<SuggestQuery> = v.strictObject({
  field: v.exactOptional(v.picklist(suggestFields)),
  prefix: v.exactOptional(v.pipe(v.string(), v.maxLength(256, 'a text has at most 256 characters here'))),
  limit: v.exactOptional(countUpTo(topMax)),
});

/** A value that the record has; of an asset `name=value`. */
export interface Suggestion {
  readonly field: SuggestField;
  readonly value: string;
}

/** Who accessed an asset. */
export interface AssetAccessQuery {
  readonly asset: { readonly name: string; readonly value: string };
  /** RFC 3339, inclusive. */
  readonly from?: string;
  /** RFC 3339, exclusive. */
  readonly to?: string;
  /** The newest so many events about the asset are looked at, 1 to 50,000; 10,000 unless given. */
  readonly scan?: number;
}

/** Reads the query for who accessed an asset from its texts. */
export const assetAccessQuerySchema: Schema<AssetAccessQuery> = v.strictObject({
  asset: assetSchema,
  from: filterMembers.from,
  to: filterMembers.to,
  scan: v.exactOptional(countUpTo(scanMax)),
});

/** Like accesses of one principal. */
export interface AccessGroup {
  /** An ARN, or the name of whoever has none; absent when nobody could be told. */
  readonly principal?: string;
  /** The principal's name. */
  readonly label?: string;
  /** `asset-exact`: they were about this asset alone. `asset-set`: about others as well (`spec/completeness.md`). */
  readonly grade: 'asset-exact' | 'asset-set';
  /** They released what can be used from then on without an event. */
  readonly lease: boolean;
  readonly outcome: string;
  readonly count: number;
  /** RFC 3339; absent when no time of them can be read. */
  readonly firstAt?: string;
  readonly lastAt?: string;
}

/** Who accessed an asset. */
export interface AssetAccess {
  /** Those that were last first. */
  readonly groups: readonly AccessGroup[];
  /** How many events before `from` released what may have been used in the window. */
  readonly leasesBefore: number;
  /** How many events were looked at. */
  readonly matchedScanned: number;
  /** Whether these were all. */
  readonly isComplete: boolean;
  readonly size: number;
}

export const assetAccessSchema: Schema<AssetAccess> = v.object({
  groups: v.array(
    v.object({
      principal: v.exactOptional(v.string()),
      label: v.exactOptional(v.string()),
      grade: v.picklist(['asset-exact', 'asset-set']),
      lease: v.boolean(),
      outcome: v.string(),
      count,
      firstAt: v.exactOptional(v.string()),
      lastAt: v.exactOptional(v.string()),
    }),
  ),
  leasesBefore: count,
  matchedScanned: count,
  isComplete: v.boolean(),
  size: count,
});

/** An event in the words of other tools. */
export interface EventRenderings {
  /** A CloudTrail record, version 1.11 (`spec/cloudtrail.md`); null for an entry that is no event. */
  readonly cloudTrail: Readonly<Record<string, unknown>> | null;
  /** An activity of OCSF 1.5.0 (`spec/ocsf.md`); null for an entry that is no event. */
  readonly ocsf: Readonly<Record<string, unknown>> | null;
}

const members = v.nullable(
  v.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
);

export const eventRenderingsSchema: Schema<EventRenderings> = v.object({
  cloudTrail: members,
  ocsf: members,
});

/** Suggestions, the best first. */
export interface Suggestions {
  readonly suggestions: readonly Suggestion[];
}

export const suggestionsSchema: Schema<Suggestions> = v.object({
  suggestions: v.array(v.object({ field: v.picklist(suggestFields), value: v.string() })),
});
