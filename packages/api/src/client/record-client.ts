import {
  type AssetAccess,
  type AssetAccessQuery,
  assetAccessSchema,
  type EventRenderings,
  eventRenderingsSchema,
  type EventHistogram,
  eventHistogramSchema,
  type EventSummary,
  eventSummarySchema,
  type HistogramQuery,
  queryTexts,
  type SuggestQuery,
  type Suggestions,
  suggestionsSchema,
  type SummaryQuery,
} from '../schemas/index.ts';
import type { Ask, CallOptions } from './calls.ts';

/** The record at a glance (`spec/admin-api.md`, "Events"). */
export interface RecordClient {
  /** How many events there were over time, and how they ended. */
  histogram(query: HistogramQuery, options?: CallOptions): Promise<EventHistogram>;
  /** What events have most. */
  summary(query: SummaryQuery, options?: CallOptions): Promise<EventSummary>;
  /** Who accessed an asset, by how closely, and by what was released. */
  assetAccess(query: AssetAccessQuery, options?: CallOptions): Promise<AssetAccess>;
  /** An event as other tools have it. */
  renderings(eventId: string, options?: CallOptions): Promise<EventRenderings>;
  /** Values that the record has, to ask for. */
  suggest(query: SuggestQuery, options?: CallOptions): Promise<Suggestions>;
}

/** Makes the part of the client that looks at the record as a whole. */
export function recordClient(ask: Ask): RecordClient {
  return {
    histogram: (query, options) =>
      ask(
        { method: 'GET', path: ['v1', 'events', 'histogram'], query: queryTexts(query) },
        eventHistogramSchema,
        options,
      ),
    summary: ({ by, ...query }, options) =>
      ask(
        {
          method: 'GET',
          path: ['v1', 'events', 'summary'],
          query: { ...queryTexts(query), by: by.join(',') },
        },
        eventSummarySchema,
        options,
      ),
    assetAccess: (query, options) =>
      ask(
        { method: 'GET', path: ['v1', 'assets', 'access'], query: queryTexts(query) },
        assetAccessSchema,
        options,
      ),
    renderings: (eventId, options) =>
      ask({ method: 'GET', path: ['v1', 'events', eventId, 'renderings'] }, eventRenderingsSchema, options),
    suggest: (query, options) =>
      ask(
        { method: 'GET', path: ['v1', 'events', 'suggest'], query: queryTexts(query) },
        suggestionsSchema,
        options,
      ),
  };
}
