import type { EventFilter } from './audit-index.ts';

/** How many events ended in each way. An event that counts several attempts is one. */
export interface OutcomeCounts {
  readonly success: number;
  readonly denied: number;
  readonly error: number;
  readonly throttled: number;
}

/** A question for numbers of events over time. */
export interface HistogramQuery {
  /** A window without an end begins at the oldest event, or ends at the newest one. */
  readonly filter: EventFilter;
  /** At most so many, 1 to 400. */
  readonly buckets: number;
}

/** Events over time. */
export interface EventHistogram {
  /** The start of the first bucket, and where the window ends; milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What each bucket is long; the last one may be cut by the end of the window. */
  readonly bucketMs: number;
  readonly buckets: readonly OutcomeCounts[];
  /** The number of log entries that the answer covers. */
  readonly size: number;
}

/** What events are summed up by. */
export type SummaryField =
  | 'action'
  | 'asset'
  | 'credential'
  | 'errorCode'
  | 'key'
  | 'material'
  | 'outcome'
  | 'principal'
  | 'source'
  | 'userAgent';

/** A question for what events have most. */
export interface SummaryQuery {
  readonly filter: EventFilter;
  readonly by: readonly SummaryField[];
  /** Values of each field at most, 1 to 100. */
  readonly top: number;
  /** The newest so many matching events are looked at, 1 to 50,000. */
  readonly scan: number;
  /** Counts of every day of UTC as well. */
  readonly over?: 'day';
}

/** A value that events have. */
export interface ValueCount {
  readonly value: string;
  /** Another name that it has in the newest of these events: of a principal its name, of a key its alias. */
  readonly label?: string;
  readonly count: number;
  /** When the first and the last of them were, milliseconds since the epoch; absent when their times cannot be read. */
  readonly firstMs?: number;
  readonly lastMs?: number;
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
  readonly fields: Readonly<Partial<Record<SummaryField, FieldSummary>>>;
  /** How many matching events were looked at. */
  readonly matchedScanned: number;
  /** Whether these were all. */
  readonly isComplete: boolean;
  readonly size: number;
}

/** What the record has values of. */
export type SuggestField =
  | 'account'
  | 'action'
  | 'asset'
  | 'credential'
  | 'errorCode'
  | 'issuer'
  | 'key'
  | 'material'
  | 'operation'
  | 'outcome'
  | 'principal'
  | 'session'
  | 'source'
  | 'subject'
  | 'userAgent';

/** A question for values that begin so. */
export interface SuggestQuery {
  /** One field, or all of them. */
  readonly field?: SuggestField;
  readonly prefix: string;
  /** 1 to 100. */
  readonly limit: number;
}

/** A value that the record has; of an asset `name=value`. */
export interface Suggestion {
  readonly field: SuggestField;
  readonly value: string;
}

/** A question for who accessed an asset. */
export interface AssetAccessQuery {
  readonly asset: { readonly name: string; readonly value: string };
  /** Inclusive, milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Exclusive, milliseconds since the epoch. */
  readonly toMs?: number;
  /** The newest so many events about the asset are looked at, 1 to 50,000. */
  readonly scan: number;
}

/** Like accesses of one principal. */
export interface AccessGroup {
  /** An ARN, or the name of whoever has none; absent when nobody could be told. */
  readonly principal?: string;
  readonly label?: string;
  /** How closely they were about the asset, and whether they released what works without the service from then on. */
  readonly grade: 'asset-exact' | 'asset-set';
  readonly lease: boolean;
  readonly outcome: string;
  readonly count: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
}

/** Who accessed an asset. */
export interface AssetAccess {
  /** Those that were last first. */
  readonly groups: readonly AccessGroup[];
  /** How many events before the window released what may have been used in it; 0 for a window without a beginning. */
  readonly leasesBefore: number;
  readonly matchedScanned: number;
  readonly isComplete: boolean;
  readonly size: number;
}

/** The record at a glance; kept by a follower, joined to the fronts by main. Each question covers what was committed before. */
export interface RecordOverview {
  histogram(query: HistogramQuery): Promise<EventHistogram>;
  summary(query: SummaryQuery): Promise<EventSummary>;
  /** Values that are not many: those behind the first ten thousands of a field are not suggested. */
  suggest(query: SuggestQuery): Promise<readonly Suggestion[]>;
  access(query: AssetAccessQuery): Promise<AssetAccess>;
}
