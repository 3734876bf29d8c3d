import * as v from 'valibot';
import type { AnswerQuery } from './answers.ts';
import type { Schema } from './reading.ts';
import { assetSchema, boundedText, countTextSchema, instantSchema } from './text.ts';

/** How an attempt ended. */
export type Outcome = 'success' | 'denied' | 'error' | 'throttled';

export const outcomeSchema: Schema<Outcome> = v.picklist(['success', 'denied', 'error', 'throttled']);

/** Which events are asked for; all given conditions must hold (`spec/admin-api.md`, "filters"). */
export interface EventFilters {
  /** A key's id or ARN. */
  readonly key?: string;
  /** A principal's ARN, or its name; a role's is also that of its sessions. */
  readonly principal?: string;
  /** The account of the principal. */
  readonly account?: string;
  /** The name of a session, or the source identity that it was given. */
  readonly session?: string;
  /** The issuer behind a session, such as `https://login.example.com`. */
  readonly issuer?: string;
  /** The person or workload behind a session, in the issuer's words. */
  readonly subject?: string;
  /** For example `key.decrypt`; a trailing `*` matches a prefix; or the protocol's operation name. */
  readonly action?: string;
  /** The protocol's operation name, such as `Decrypt`. */
  readonly operation?: string;
  readonly outcome?: Outcome;
  /** The code that was answered, such as `AccessDeniedException`. */
  readonly errorCode?: string;
  /** An encryption context pair: the asset that was touched. */
  readonly asset?: { readonly name: string; readonly value: string };
  /** The client's address. */
  readonly source?: string;
  /** The client's user agent; a trailing `*` matches a prefix. */
  readonly userAgent?: string;
  /** Words, each of which is in the texts of the event (`spec/admin-api.md`, "Words"). */
  readonly text?: string;
  /** An access key id. */
  readonly credential?: string;
  /** The id of the material of a key that was used. */
  readonly material?: string;
  /** The request id that an attempt was answered with. */
  readonly request?: string;
  /** The id of an incident that the act was about, or that it was refused for. */
  readonly incident?: string;
  /** The id of a ciphertext that was made or opened (`spec/event.md`), such as that of a data key. */
  readonly ciphertext?: string;
  /** RFC 3339, inclusive. */
  readonly from?: string;
  /** RFC 3339, exclusive. */
  readonly to?: string;
}

/** Filters that do not depend on time. */
export type EventConditions = Omit<EventFilters, 'from' | 'to'>;

/** A page of a list. */
export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A page of events. */
export interface EventListQuery extends EventFilters, PageQuery {
  /** Newest first unless said otherwise. */
  readonly order?: 'newest' | 'oldest';
}

/** A live stream of events. */
export interface EventTailQuery extends EventFilters {
  /** Begin behind the event at this index; from now on when absent. */
  readonly after?: number;
}

/** Events, principals or credentials in one page. */
const pageLimitMax = 1000;

/** Each word is looked up by itself. */
const wordsLengthMax = 256;

type FilterMembers = {
  readonly [Name in keyof Required<EventFilters>]: v.ExactOptionalSchema<
    Schema<NonNullable<EventFilters[Name]>>,
    undefined
  >;
};

/** The members of a query that are filters. */
export const filterMembers: FilterMembers = {
  key: v.exactOptional(boundedText(2048)),
  principal: v.exactOptional(boundedText(2048)),
  account: v.exactOptional(boundedText(64)),
  session: v.exactOptional(boundedText(256)),
  issuer: v.exactOptional(boundedText(2048)),
  subject: v.exactOptional(boundedText(2048)),
  action: v.exactOptional(boundedText(128)),
  operation: v.exactOptional(boundedText(256)),
  outcome: v.exactOptional(outcomeSchema),
  errorCode: v.exactOptional(boundedText(256)),
  asset: v.exactOptional(assetSchema),
  source: v.exactOptional(boundedText(64)),
  userAgent: v.exactOptional(boundedText(1024)),
  text: v.exactOptional(
    v.pipe(
      boundedText(wordsLengthMax),
      v.regex(/[\p{L}\p{N}]/u, 'a text to look for has a letter or a digit'),
    ),
  ),
  credential: v.exactOptional(boundedText(128)),
  material: v.exactOptional(boundedText(128)),
  request: v.exactOptional(boundedText(128)),
  incident: v.exactOptional(boundedText(128)),
  ciphertext: v.exactOptional(boundedText(128)),
  from: v.exactOptional(instantSchema),
  to: v.exactOptional(instantSchema),
};

const filterNames = [
  'key',
  'principal',
  'account',
  'session',
  'issuer',
  'subject',
  'action',
  'operation',
  'outcome',
  'errorCode',
  'asset',
  'source',
  'userAgent',
  'text',
  'credential',
  'material',
  'request',
  'incident',
  'ciphertext',
] as const satisfies readonly (keyof EventConditions)[];

/** How many items a page may have. */
export const limitSchema: Schema<number> = v.pipe(
  countTextSchema,
  v.minValue(1, 'a limit is at least 1'),
  v.maxValue(pageLimitMax, `a limit is at most ${pageLimitMax}`),
);

/** Reads the query of a page of events from its texts. */
export const eventListQuerySchema: Schema<EventListQuery> = v.strictObject({
  ...filterMembers,
  order: v.exactOptional(v.picklist(['newest', 'oldest'])),
  limit: v.exactOptional(limitSchema),
  cursor: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((text) => v.is(countTextSchema, text), 'the cursor was not given out by this service'),
    ),
  ),
});

/** Reads the query of a live stream from its texts. */
export const eventTailQuerySchema: Schema<EventTailQuery> = v.strictObject({
  ...filterMembers,
  after: v.exactOptional(countTextSchema),
});

/** Reads the query of any other list from its texts. */
export const pageQuerySchema: Schema<PageQuery> = v.strictObject({
  limit: v.exactOptional(limitSchema),
  cursor: v.exactOptional(boundedText(256)),
});

/** A change that may lock out the caller. */
export interface ForceQuery {
  /** Do it even if the caller could not undo it. */
  readonly force?: boolean;
}

export const forceQuerySchema: Schema<ForceQuery> = v.strictObject({
  force: v.exactOptional(
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
  ),
});

/** For requests that take no query, or no body. */
export const nothingSchema: Schema<Readonly<Record<string, never>>> = v.strictObject({});

/** The filters in a query or in whatever else holds them, but for the window of time, and nothing else. */
export function eventConditionsOf(query: EventConditions): EventConditions {
  const filters: Writable<EventConditions> = {};
  for (const name of filterNames) copyFilter(query, filters, name);
  return filters;
}

type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

function copyFilter<Name extends keyof EventConditions>(
  from: EventConditions,
  into: Writable<EventConditions>,
  name: Name,
): void {
  const value = from[name];
  if (value !== undefined) into[name] = value;
}

/** What questions about the record as a whole have beside filters. */
interface OverviewNumbers {
  readonly buckets?: number;
  readonly field?: string;
  readonly over?: 'day';
  readonly prefix?: string;
  readonly scan?: number;
  readonly top?: number;
}

/** A query as it is written in a request, undoing what the schemas above do. */
export function queryTexts(
  query: EventListQuery & EventTailQuery & AnswerQuery & ForceQuery & OverviewNumbers,
): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...query, asset: assetText(query) })) {
    if (value !== undefined) texts[name] = String(value);
  }
  return texts;
}

function assetText(query: Pick<EventFilters, 'asset'>): string | undefined {
  return query.asset === undefined ? undefined : `${query.asset.name}=${query.asset.value}`;
}
