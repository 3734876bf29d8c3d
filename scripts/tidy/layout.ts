import { posix } from 'node:path';

/** What each package may import of the others. The order of the house: see ARCHITECTURE.md. */
export const packageImports: ReadonlyMap<string, readonly string[]> = new Map([
  ['log', []],
  ['api', ['log']],
  ['rules', []],
  ['server', ['log', 'api', 'rules']],
  ['cli', ['log', 'api', 'rules']],
  ['console', ['log', 'api']],
]);

/** The modules of core. Each may import those to its left. */
export const coreModules: readonly string[] = ['crypto', 'audit', 'identity', 'policy', 'keys', 'operations'];

/** The rings of the server, and the rings that each may import. `root` is the package's own `index.ts`. */
export const ringImports: ReadonlyMap<string, readonly string[]> = new Map([
  ['core', []],
  ['fronts', ['core']],
  ['stores', ['core']],
  ['followers', ['core']],
  ['main', ['core', 'fronts', 'stores', 'followers']],
  ['root', ['core', 'fronts', 'stores', 'followers', 'main']],
]);

/** The modules of the console. Each may import those to its left; a page is one, and knows no other page. */
export const consoleModules: readonly string[] = [
  'verify',
  'looks',
  'formats',
  'api',
  'preferences',
  'keyboard',
  'session',
  'places',
  'proof',
  'components',
  'pages',
  'app',
  'gallery',
];

/** Siblings are strangers, but for these: what protocols share, and the tests that all stores must pass. */
export const sharedModules: ReadonlySet<string> = new Set([
  'fronts/http',
  'fronts/sigv4',
  'fronts/session-cookie',
  'followers/outbound',
  'stores/contract',
]);

/** Rings that hold modules rather than being one. */
const ringsOfModules: ReadonlySet<string> = new Set(['core', 'fronts', 'stores', 'followers']);

/** The folder of a package, and where in its `src` a file lies. */
export interface PackagePlace {
  readonly packageName: string;
  readonly inSource: string;
}

export function packagePlace(path: string): PackagePlace | undefined {
  const match = /^packages\/([^/]+)\/src\/(.+)$/.exec(path);
  const [, packageName, inSource] = match ?? [];
  return packageName === undefined || inSource === undefined ? undefined : { packageName, inSource };
}

/** Where in the server a file lies: `{ ring: 'core', module: 'core/crypto' }`. */
export interface ServerPlace {
  readonly ring: string;
  /** `undefined` for a file that lies in a ring but in none of its modules. */
  readonly module: string | undefined;
}

export function serverPlace(path: string): ServerPlace | undefined {
  const place = packagePlace(path);
  if (place?.packageName !== 'server') {
    return undefined;
  }
  const [ring = '', module, rest] = place.inSource.split('/');
  if (module === undefined) {
    return { ring: 'root', module: 'root' };
  }
  if (!ringsOfModules.has(ring)) {
    return { ring, module: ring };
  }
  return { ring, module: rest === undefined ? undefined : `${ring}/${module}` };
}

/** The path that a relative specifier means; `undefined` when it is not relative. */
export function resolveRelative(from: string, specifier: string): string | undefined {
  return /^\.\.?(\/|$)/.test(specifier) ? posix.join(posix.dirname(from), specifier) : undefined;
}

/**
 * The first module boundary that an import from `from` to `to` crosses inwards, as the only file of it that may be
 * named. `undefined` when `to` lies in a folder that also holds `from`.
 */
export function doorOf(from: string, to: string): string | undefined {
  const fromFolders = posix.dirname(from).split('/');
  const toParts = to.split('/');
  let shared = 0;
  while (shared < toParts.length - 1 && toParts[shared] === fromFolders[shared]) {
    shared += 1;
  }
  if (shared === toParts.length - 1) {
    return undefined;
  }
  const folder = toParts[shared] ?? '';
  const source = toParts.slice(0, shared).join('/');
  const isRing =
    (source === 'packages/server/src' && ringsOfModules.has(folder)) ||
    (source === 'packages/console/src' && folder === 'pages');
  const depth = Math.min(shared + (isRing ? 2 : 1), toParts.length - 1);
  return [...toParts.slice(0, depth), 'index.ts'].join('/');
}

/** The module of the console that a file lies in: `components`, or of a page `pages/keys`. */
export function consoleModule(path: string): string | undefined {
  const place = packagePlace(path);
  if (place?.packageName !== 'console') {
    return undefined;
  }
  const [module = '', page, rest] = place.inSource.split('/');
  if (page === undefined) {
    return undefined;
  }
  return module === 'pages' && rest !== undefined ? `pages/${page}` : module;
}
