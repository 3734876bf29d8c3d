import { type ForceQuery, type PageQuery, queryTexts, type Schema } from '../schemas/index.ts';
import type { ApiRequest } from './transport.ts';

/** Given to any call to give it up; what it rejects with is then the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Sends one request and reads its answer. @throws ApiError */
export type Ask = <Value>(
  request: ApiRequest,
  schema: Schema<Value>,
  options?: CallOptions,
) => Promise<Value>;

/** The query of a change that may lock out the caller. */
export function forceTexts(options: ForceQuery | undefined): Readonly<Record<string, string>> {
  return options?.force === undefined ? {} : queryTexts({ force: options.force });
}

/** The items of all pages of a list, asked for as they are wanted. */
export async function* allItems<Page extends { readonly next?: string }, Item>(
  fetchPage: (cursor: PageQuery) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): AsyncGenerator<Item> {
  let cursor: PageQuery = {};
  for (;;) {
    const page = await fetchPage(cursor);
    yield* itemsOf(page);
    if (page.next === undefined) return;
    cursor = { cursor: page.next };
  }
}
