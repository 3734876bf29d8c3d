import {
  type NewSuppression,
  queryTexts,
  type Suppression,
  suppressionPageSchema,
  suppressionSchema,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions } from './calls.ts';

/** What nobody is told of for a while (`spec/incidents.md`). Every method rejects with `ApiError`. */
export interface SuppressionClient {
  create(suppression: NewSuppression, options?: CallOptions): Promise<Suppression>;
  /** All that have not ended, a page at a time. */
  list(options?: CallOptions): AsyncGenerator<Suppression>;
  delete(suppressionId: string, options?: CallOptions): Promise<Suppression>;
}

export function suppressionClient(ask: Ask): SuppressionClient {
  const base = ['v1', 'suppressions'];
  return {
    create: (suppression, options) =>
      ask({ method: 'POST', path: base, body: suppression }, suppressionSchema, options),
    list(options) {
      return allItems(
        (page) => ask({ method: 'GET', path: base, query: queryTexts(page) }, suppressionPageSchema, options),
        ({ suppressions }) => suppressions,
      );
    },
    delete: (suppressionId, options) =>
      ask({ method: 'DELETE', path: [...base, suppressionId] }, suppressionSchema, options),
  };
}
