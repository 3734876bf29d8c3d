/** Gives what was loaded with the first call. */
export type Loaded<Value> = () => Promise<Value>;

/**
 * Loads with the first call, and again after that has failed. The SDK's schemas of a service take some megabytes of each
 * thread, which those who never ask it do without.
 */
export function loaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  let loading: Promise<Value> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
