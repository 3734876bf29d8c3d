import { useCallback, useMemo } from 'react';
import useSWRInfinite from 'swr/infinite';
import { type Connection, useConnection } from './connection.ts';
import type { ApiKey } from './use-api.ts';

/** A page of any list. */
export interface ListPage {
  readonly next?: string | undefined;
}

/** A list that grows by pages. */
export interface PagesState<Page, Item> {
  /** The items of all pages so far. */
  readonly items: readonly Item[];
  readonly pages: readonly Page[];
  readonly error: unknown;
  /** Not even the first page is there. */
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  /** Asks for all of it again. */
  readonly refresh: () => Promise<void>;
}

/**
 * Asks for a list a page at a time, the next one by `loadMore`. A `null` key does not ask.
 *
 *     const events = usePages(
 *       ['events', filters],
 *       ({ client }, cursor) => client.listEventsPage({ ...filters, ...cursor }),
 *       (page) => page.events,
 *     );
 */
export function usePages<Page extends ListPage, Item>(
  key: ApiKey | null,
  ask: (connection: Connection, cursor: { readonly cursor?: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): PagesState<Page, Item> {
  const connection = useConnection();
  const keyOf = (index: number, last: Page | null): readonly unknown[] | null => {
    if (key === null) return null;
    if (index === 0) return [...key, ''];
    return last?.next === undefined ? null : [...key, last.next];
  };
  const fetchPage = (asked: readonly unknown[]): Promise<Page> => {
    const cursor = asked.at(-1);
    return ask(connection, typeof cursor === 'string' && cursor !== '' ? { cursor } : {});
  };
  const { data, error, isLoading, isValidating, mutate, setSize, size } = useSWRInfinite<Page, unknown>(
    keyOf,
    fetchPage,
    // Whoever comes back to a list sees it as it was at once, and as it is soon.
    { revalidateFirstPage: false, revalidateOnMount: true, revalidateOnFocus: false, persistSize: false },
  );
  // oxlint-disable-next-line react/exhaustive-deps -- how items are taken from a page does not change
  const items = useMemo(() => (data ?? []).flatMap((page) => itemsOf(page)), [data]);
  const loaded = data?.length ?? 0;
  const hasMore = data?.at(-1)?.next !== undefined;
  const isLoadingMore = isValidating && size > loaded && loaded > 0;
  const loadMore = useCallback(() => {
    if (hasMore && size <= loaded) setSize(loaded + 1).catch(ignoreShown);
  }, [hasMore, loaded, setSize, size]);
  const refresh = useCallback(async () => {
    await mutate();
  }, [mutate]);
  return { items, pages: data ?? [], error, isLoading, isLoadingMore, hasMore, loadMore, refresh };
}

/** The error is in the state, and shown. */
function ignoreShown(): void {}
