import {
  type ConsequencesQuery,
  type KeyConsequences,
  keyConsequencesSchema,
  type KeyFilters,
  type KeyListQuery,
  type KeyPage,
  keyPageSchema,
  keyQueryTexts,
  type KeySummary,
} from '../schemas/index.ts';
import { daysTexts } from './days-texts.ts';
import { allItems, type Ask, type CallOptions } from './calls.ts';

/** The keys of an account, as people look through them. Every method rejects with `ApiError`. */
export interface KeyClient {
  /** All that fit, by id and Region, a page at a time. */
  list(filters?: KeyFilters, options?: CallOptions): AsyncGenerator<KeySummary>;
  listPage(query: KeyListQuery, options?: CallOptions): Promise<KeyPage>;
  /** Who used a key lately, by its id or ARN, and what else hangs on it. */
  consequences(keyId: string, query?: ConsequencesQuery, options?: CallOptions): Promise<KeyConsequences>;
}

/** Makes the part of a client that is about keys. */
export function keyClient(ask: Ask): KeyClient {
  const base = ['v1', 'keys'];
  const listPage = (query: KeyListQuery, options?: CallOptions): Promise<KeyPage> =>
    ask({ method: 'GET', path: base, query: keyQueryTexts(query) }, keyPageSchema, options);
  return {
    list(filters, options) {
      return allItems(
        (page) => listPage({ ...filters, ...page }, options),
        ({ keys }) => keys,
      );
    },
    listPage,
    consequences: (keyId, query, options) =>
      ask(
        { method: 'GET', path: [...base, keyId, 'consequences'], query: daysTexts(query) },
        keyConsequencesSchema,
        options,
      ),
  };
}
