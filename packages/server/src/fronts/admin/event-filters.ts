import { eventConditionsOf, type EventFilters } from '@keywitness/api';
import type { EventQuery } from '../../core/audit/index.ts';

/** The filters as the index takes them. */
export function indexFilters(filters: EventFilters): Omit<EventQuery, 'order' | 'limit' | 'beyond'> {
  const { from, to } = filters;
  return {
    ...eventConditionsOf(filters),
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
  };
}

/** A query as it is recorded: in the words that it was asked in. */
export function queryParams(query: EventFilters): Readonly<Record<string, unknown>> {
  const { asset } = query;
  return { ...query, ...(asset === undefined ? {} : { asset: `${asset.name}=${asset.value}` }) };
}
