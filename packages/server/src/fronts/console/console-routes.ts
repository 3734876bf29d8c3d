import type { Route } from '../http/index.ts';
import type { ConsoleParts } from './console-parts.ts';
import { sessionRoute } from './session-route.ts';
import { ssoRoute } from './sso/index.ts';
import { staticRoute } from './static-route.ts';

/** The routes of the console (`spec/console.md`). The first one that fits takes a request. */
export function consoleRoutes(parts: ConsoleParts): readonly Route[] {
  return [sessionRoute(parts), ssoRoute(parts), staticRoute(parts)];
}
