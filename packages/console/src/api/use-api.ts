import { useCallback } from 'react';
import useSWR from 'swr';
import { type Connection, useConnection } from './connection.ts';

/** What a question is about: its name and what it depends on. Equal keys share one answer. */
export type ApiKey = readonly [name: string, ...parts: readonly unknown[]];

/** An answer, or how far it is. */
export interface ApiState<Value> {
  /** The newest answer. It stays while another one is fetched, and when that fails. */
  readonly value: Value | undefined;
  /** Of the newest attempt. */
  readonly error: unknown;
  /** There is no answer yet, nor an error. */
  readonly isLoading: boolean;
  readonly isRefreshing: boolean;
  readonly refresh: () => Promise<void>;
}

export interface ApiOptions {
  /** Asks again after so many milliseconds, while the page is visible. */
  readonly refreshMs?: number;
  /** Keeps the answer to the last key while that to a new one is fetched, so that lists do not flicker. */
  readonly keepsLast?: boolean;
}

/**
 * Asks the service and keeps the answer. A `null` key does not ask.
 *
 *     const key = useApi(['key', id], ({ kms }) => kms('DescribeKey', { KeyId: id }));
 */
export function useApi<Value>(
  key: ApiKey | null,
  ask: (connection: Connection) => Promise<Value>,
  options: ApiOptions = {},
): ApiState<Value> {
  const connection = useConnection();
  const { data, error, isLoading, isValidating, mutate } = useSWR<Value, unknown>(
    key,
    () => ask(connection),
    {
      ...(options.refreshMs === undefined ? {} : { refreshInterval: options.refreshMs }),
      keepPreviousData: options.keepsLast ?? false,
    },
  );
  const refresh = useCallback(async () => {
    await mutate();
  }, [mutate]);
  return { value: data, error, isLoading, isRefreshing: isValidating && !isLoading, refresh };
}
