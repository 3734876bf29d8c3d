export type { AdminParts } from './admin-parts.ts';
export type { NamedWitness, ServiceFacts, ServiceNumbers, ServiceView } from './service-view.ts';
export { adminRoutes } from './admin-routes.ts';
