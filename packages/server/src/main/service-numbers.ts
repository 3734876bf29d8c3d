import type { ServiceNumbers, ServiceView } from '../fronts/admin/index.ts';
import type { Metrics } from './metrics.ts';

/** How the service is: what all threads count, and what the response thread alone knows. */
export function serviceNumbers(
  metrics: Metrics,
  ask: () => Promise<Pick<ServiceNumbers, 'channels' | 'followers' | 'storeBytes'>>,
): ServiceView['numbers'] {
  return async () => {
    const { channels, followers, storeBytes } = await ask();
    return {
      isRefusing: metrics.total('ledgerRefusing') > 0,
      entries: metrics.total('ledgerEntries'),
      publishedSize: metrics.total('publishedEntries'),
      publishedSeconds: metrics.total('publishedSeconds'),
      witnessedSize: metrics.total('witnessedEntries'),
      witnessedSeconds: metrics.total('witnessedSeconds'),
      isQuorumMissing: metrics.total('quorumMissing') > 0,
      diskFreeBytes: metrics.total('diskFreeBytes'),
      storeBytes,
      followers: {
        ...followers,
        publication: metrics.total('publishedEntries'),
        search: metrics.total('indexedEntries'),
      },
      channels,
    };
  };
}
