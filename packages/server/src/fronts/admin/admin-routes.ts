import type { Route } from '../http/index.ts';
import type { AdminFront, AdminParts } from './admin-parts.ts';
import { apiRoute } from './api-route.ts';
import { logRoute } from './log-route.ts';

/** The routes of the admin and audit API, and of the published log (`spec/admin-api.md`). */
export function adminRoutes(parts: AdminParts): readonly Route[] {
  const front: AdminFront = {
    monotonicMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs),
    ...parts,
  };
  return [apiRoute(front), logRoute(front)];
}
