import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlainResource } from '../fronts/http/index.ts';
import type { Metrics } from './metrics.ts';

const JSON_TYPE = 'application/json';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const PAGE_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Health, readiness, metrics and the console's pages. */
export function plainResources(metrics: Metrics): readonly PlainResource[] {
  return [
    { path: '/health', type: JSON_TYPE, read: () => health(metrics, 200) },
    {
      path: '/ready',
      type: JSON_TYPE,
      read: () => health(metrics, metrics.total('ledgerRefusing') > 0 ? 503 : 200),
    },
    { path: '/metrics', type: METRICS_TYPE, read: () => ({ status: 200, body: metrics.exposition() }) },
    ...consolePages(),
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

/** From this file to the console's pages, in a clone. */
const CONSOLE = ['..', '..', '..', 'console', 'public'] as const;

/** The console lies beside the server in a clone; without it there are no pages. */
function consolePages(): readonly PlainResource[] {
  const folder = join(import.meta.dirname, ...CONSOLE);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const type = PAGE_TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) return [];
    const body = readFileSync(join(folder, name));
    const page = { path: `/${name}`, type, read: () => ({ status: 200, body }) };
    return name === 'index.html' ? [{ ...page, path: '/' }, page] : [page];
  });
}
