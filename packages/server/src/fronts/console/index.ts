export type { ConsoleFiles } from './console-parts.ts';
export { consoleRoutes } from './console-routes.ts';
