import { eventConditionsOf, type EventFilters } from '@keywitness/api';
import type { EventFilter } from '../../core/audit/index.ts';
import { addressFrom } from '../http/index.ts';

/**
 * An address as the record spells it: asked for in other words it would be found nowhere, and an answer would show that
 * there is nothing.
 */
export function recordedAddress(source: string): string {
  return addressFrom(source) ?? source;
}

/** The filters as the index takes them. */
export function indexFilters(filters: EventFilters): EventFilter {
  const { from, source, to } = filters;
  return {
    ...eventConditionsOf(filters),
    ...(source === undefined ? {} : { source: recordedAddress(source) }),
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
  };
}

/** A query as it is recorded: in the words that it was asked in. */
export function queryParams(query: EventFilters): Readonly<Record<string, unknown>> {
  const { asset } = query;
  return { ...query, ...(asset === undefined ? {} : { asset: `${asset.name}=${asset.value}` }) };
}
