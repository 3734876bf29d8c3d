import type { PlainResource } from '../fronts/http/index.ts';
import type { Metrics } from './metrics.ts';

const JSON_TYPE = 'application/json';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Health, readiness and metrics. */
export function plainResources(metrics: Metrics): readonly PlainResource[] {
  return [
    { path: '/health', type: JSON_TYPE, read: () => health(metrics, 200) },
    {
      path: '/ready',
      type: JSON_TYPE,
      read: () => health(metrics, metrics.total('ledgerRefusing') > 0 ? 503 : 200),
    },
    { path: '/metrics', type: METRICS_TYPE, read: () => ({ status: 200, body: metrics.exposition() }) },
  ];
}

/** `/health` says that the process lives and how it is; `/ready` says by its status whether it takes requests. */
function health(metrics: Metrics, status: number): { readonly status: number; readonly body: string } {
  const refusing = metrics.total('ledgerRefusing') > 0;
  const body = {
    status: refusing ? 'refusing' : 'ok',
    ...(refusing
      ? { reason: 'attempts cannot be recorded: the disk is full or nearly full, or the store failed' }
      : {}),
    ledgerEntries: metrics.total('ledgerEntries'),
    publishedEntries: metrics.total('publishedEntries'),
    diskFreeBytes: metrics.total('diskFreeBytes'),
  };
  return { status, body: `${JSON.stringify(body)}\n` };
}
