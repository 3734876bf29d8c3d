export type { ConsoleFiles } from './console-parts.ts';
export type { SingleSignOn } from './single-sign-on.ts';
export { consoleRoutes } from './console-routes.ts';
