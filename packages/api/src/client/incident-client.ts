import {
  type IncidentDetail,
  incidentDetailSchema,
  type IncidentFilters,
  type IncidentListQuery,
  type IncidentPage,
  incidentPageSchema,
  incidentQueryTexts,
  type IncidentResolution,
  type IncidentSummary,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions } from './calls.ts';

/** What was found in the record (`spec/incidents.md`). Every method rejects with `ApiError`. */
export interface IncidentClient {
  /** All that fit, newest first, a page at a time. */
  list(filters?: IncidentFilters, options?: CallOptions): AsyncGenerator<IncidentSummary>;
  listPage(query: IncidentListQuery, options?: CallOptions): Promise<IncidentPage>;
  get(incidentId: string, options?: CallOptions): Promise<IncidentDetail>;
  acknowledge(incidentId: string, options?: CallOptions): Promise<IncidentDetail>;
  /** Without an assignee it is nobody's. */
  assign(incidentId: string, assignee: string | undefined, options?: CallOptions): Promise<IncidentDetail>;
  comment(incidentId: string, text: string, options?: CallOptions): Promise<IncidentDetail>;
  resolve(incidentId: string, resolution: IncidentResolution, options?: CallOptions): Promise<IncidentDetail>;
  reopen(incidentId: string, note?: string, options?: CallOptions): Promise<IncidentDetail>;
}

export function incidentClient(ask: Ask): IncidentClient {
  const base = ['v1', 'incidents'];
  const act = (
    incidentId: string,
    word: string,
    body: object,
    options: CallOptions | undefined,
  ): Promise<IncidentDetail> =>
    ask({ method: 'POST', path: [...base, incidentId, word], body }, incidentDetailSchema, options);
  const listPage = (query: IncidentListQuery, options?: CallOptions): Promise<IncidentPage> =>
    ask({ method: 'GET', path: base, query: incidentQueryTexts(query) }, incidentPageSchema, options);
  return {
    list(filters, options) {
      return allItems(
        (page) => listPage({ ...filters, ...page }, options),
        ({ incidents }) => incidents,
      );
    },
    listPage,
    get: (incidentId, options) =>
      ask({ method: 'GET', path: [...base, incidentId] }, incidentDetailSchema, options),
    acknowledge: (incidentId, options) => act(incidentId, 'acknowledge', {}, options),
    assign: (incidentId, assignee, options) =>
      act(incidentId, 'assign', assignee === undefined ? {} : { assignee }, options),
    comment: (incidentId, text, options) => act(incidentId, 'comment', { text }, options),
    resolve: (incidentId, resolution, options) => act(incidentId, 'resolve', resolution, options),
    reopen: (incidentId, note, options) =>
      act(incidentId, 'reopen', note === undefined ? {} : { note }, options),
  };
}
