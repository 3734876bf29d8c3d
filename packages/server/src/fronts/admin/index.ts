export type { AdminParts } from './admin-parts.ts';
export { adminRoutes } from './admin-routes.ts';
