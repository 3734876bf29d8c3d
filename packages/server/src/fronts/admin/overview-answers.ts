import type {
  AssetAccess as AccessBody,
  AssetAccessQuery,
  EventHistogram as HistogramBody,
  EventSummary as SummaryBody,
  HistogramQuery,
  SuggestQuery,
  Suggestions,
  SummaryQuery,
  ValueCount as ValueCountBody,
} from '@keywitness/api';
import type { EventSummary, FieldSummary, ValueCount } from '../../core/audit/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { jsonAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';
import { indexFilters, queryParams } from './event-filters.ts';

const BUCKETS_DEFAULT = 100;
const SCAN_DEFAULT = 10_000;
const TOP_DEFAULT = 10;
const SUGGESTIONS_DEFAULT = 10;

/** Matching events over time. */
export async function answerHistogram(query: HistogramQuery, granted: Granted): Promise<HttpAnswer> {
  const { fromMs, toMs, bucketMs, buckets, size } = await granted.front.overview.histogram({
    filter: indexFilters(query),
    buckets: query.buckets ?? BUCKETS_DEFAULT,
  });
  const body: HistogramBody = { from: instant(fromMs), to: instant(toMs), bucketMs, buckets, size };
  return jsonAnswer(granted.origin, JSON.stringify(body));
}

/** What matching events have most. */
export async function answerSummary(query: SummaryQuery, granted: Granted): Promise<HttpAnswer> {
  const { by, over, scan = SCAN_DEFAULT, top = TOP_DEFAULT } = query;
  const summary = await granted.front.overview.summary({
    filter: indexFilters(query),
    by,
    top,
    scan,
    ...(over === undefined ? {} : { over }),
  });
  return jsonAnswer(granted.origin, JSON.stringify(summaryBody(summary)));
}

/** Who accessed an asset. */
export async function answerAccess(query: AssetAccessQuery, granted: Granted): Promise<HttpAnswer> {
  const { asset, from, scan = SCAN_DEFAULT, to } = query;
  const { groups, ...access } = await granted.front.overview.access({
    asset,
    scan,
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
  });
  const body: AccessBody = { groups: groups.map(dated), ...access };
  return jsonAnswer(granted.origin, JSON.stringify(body));
}

/** The query about an asset as it is recorded. */
export function assetParams({ asset, ...query }: AssetAccessQuery): Readonly<Record<string, unknown>> {
  return { ...query, asset: `${asset.name}=${asset.value}` };
}

/** Values that the record has. */
export async function answerSuggestions(query: SuggestQuery, granted: Granted): Promise<HttpAnswer> {
  const { field, limit = SUGGESTIONS_DEFAULT, prefix = '' } = query;
  const asked = field === undefined ? { prefix, limit } : { field, prefix, limit };
  const body: Suggestions = { suggestions: await granted.front.overview.suggest(asked) };
  return jsonAnswer(granted.origin, JSON.stringify(body));
}

/** The query of a summary as it is recorded. */
export function summaryParams({ by, ...query }: SummaryQuery): Readonly<Record<string, unknown>> {
  return { ...queryParams(query), by: by.join(',') };
}

function summaryBody({ fields, ...rest }: EventSummary): SummaryBody {
  const named = Object.entries(fields).map(([field, summary]) => [field, fieldBody(summary)] as const);
  return { fields: Object.fromEntries(named), ...rest };
}

function fieldBody({ values, distinct }: FieldSummary): NonNullable<SummaryBody['fields']['key']> {
  return { values: values.map(valueBody), distinct };
}

function valueBody({ days, ...value }: ValueCount): ValueCountBody {
  return { ...dated(value), ...(days === undefined ? {} : { days }) };
}

/** With its instants in words. */
function dated<Value extends { readonly firstMs?: number; readonly lastMs?: number }>({
  firstMs,
  lastMs,
  ...value
}: Value): Omit<Value, 'firstMs' | 'lastMs'> & { readonly firstAt?: string; readonly lastAt?: string } {
  return {
    ...value,
    ...(firstMs === undefined ? {} : { firstAt: instant(firstMs) }),
    ...(lastMs === undefined ? {} : { lastAt: instant(lastMs) }),
  };
}

/** An instant beyond what dates can be is written as the last, or first, that is one. */
function instant(timeMs: number): string {
  return new Date(Math.min(DATE_MS_MAX, Math.max(-DATE_MS_MAX, timeMs))).toISOString();
}

const DATE_MS_MAX = 8.64e15;
