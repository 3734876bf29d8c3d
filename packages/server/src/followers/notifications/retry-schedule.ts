/** No channel waits longer, whatever its receiver asks for. */
export const RETRY_WAIT_MS_MAX = 3_600_000;

const FIRST_WAIT_MS = 1000;
const WAIT_MS_MAX = 600_000;
const DOUBLINGS_MAX = 20;

/**
 * How long a channel waits after so many failures on end, milliseconds: 1 s, 2 s, 4 s and so on up to 10 minutes, of which
 * `jitter`, from 0 to below 1, takes up to half away. Longer when the receiver asked for it.
 */
export function retryWaitMs(failures: number, jitter: number, askedMs = 0): number {
  const wholeMs = Math.min(
    WAIT_MS_MAX,
    FIRST_WAIT_MS * 2 ** Math.min(DOUBLINGS_MAX, Math.max(0, failures - 1)),
  );
  return Math.max(askedMs, Math.round(wholeMs * (1 - jitter / 2)));
}
