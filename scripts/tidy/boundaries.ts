import {
  consoleModule,
  consoleModules,
  coreModules,
  doorOf,
  packageImports,
  packagePlace,
  resolveRelative,
  ringImports,
  serverPlace,
  sharedModules,
} from './layout.ts';
import { type Finding, isCode, isTest, type SourceFile } from './source.ts';
import { type Reference, syntaxOf } from './syntax.ts';

/** Node modules that compute and do nothing else; core may use them. */
const pureNodeModules: ReadonlySet<string> = new Set([
  'node:assert',
  'node:assert/strict',
  'node:buffer',
  'node:util',
]);

/** Packages of others that core may use: they compute and do nothing else. */
const purePackages = /^(valibot|@noble\/[a-z-]+)(\/|$)/;

/** Packages, rings and modules: who may import whom. */
export function checkBoundaries(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isCode(file.path) && packagePlace(file.path) !== undefined)
    .flatMap((file) => [...checkPlace(file), ...checkReferences(file)]);
}

function checkPlace({ path }: SourceFile): readonly Finding[] {
  const place = serverPlace(path);
  if (place === undefined) {
    return [];
  }
  if (!ringImports.has(place.ring)) {
    return [{ path, line: 0, message: `\`${place.ring}\` is not a ring of the server` }];
  }
  if (place.module === undefined) {
    return [{ path, line: 0, message: `a file of \`${place.ring}\` belongs in one of its modules` }];
  }
  if (place.ring === 'core' && !coreModules.includes(place.module.slice('core/'.length))) {
    return [{ path, line: 0, message: `\`${place.module}\` is not a module of core` }];
  }
  return [];
}

function checkReferences(file: SourceFile): readonly Finding[] {
  return syntaxOf(file).references.flatMap(({ kind, specifier, line }) =>
    complaints(file.path, specifier, kind).map((message) => ({ path: file.path, line, message })),
  );
}

function complaints(from: string, specifier: string, kind: Reference['kind']): readonly string[] {
  const to = resolveRelative(from, specifier);
  if (to !== undefined) {
    return complaintsAboutFile(from, to, kind);
  }
  return specifier.startsWith('node:')
    ? complaintsAboutNode(from, specifier)
    : complaintsAboutPackage(from, specifier);
}

function complaintsAboutPackage(from: string, specifier: string): readonly string[] {
  const own = packagePlace(from)?.packageName ?? '';
  const imported =
    /^@keywitness\/([^/]+)/.exec(specifier)?.[1] ?? (specifier === 'keywitness' ? 'cli' : undefined);
  if (imported !== undefined) {
    return packageImports.get(own)?.includes(imported) === true
      ? []
      : [`package \`${own}\` must not import package \`${imported}\``];
  }
  if (own === 'log' && !isTest(from) && !from.endsWith('.test-model.ts')) {
    return [`package \`log\` has no dependencies, so it must not import \`${specifier}\``];
  }
  if (serverPlace(from)?.ring === 'core' && !isTest(from) && !purePackages.test(specifier)) {
    return [`core must not import \`${specifier}\``];
  }
  return [];
}

function complaintsAboutNode(from: string, specifier: string): readonly string[] {
  if (isTest(from)) {
    return [];
  }
  const place = packagePlace(from);
  const server = serverPlace(from);
  if (place !== undefined && ['console', 'api', 'rules'].includes(place.packageName)) {
    return [`package \`${place.packageName}\` runs in browsers too, so it must not import \`${specifier}\``];
  }
  if (place?.packageName === 'log' && !place.inSource.startsWith('node/')) {
    return [`package \`log\` runs in browsers too: only \`log/src/node\` may import \`${specifier}\``];
  }
  if (server === undefined) {
    return [];
  }
  if (specifier === 'node:crypto') {
    return server.module === 'core/crypto' ? [] : ['only `core/crypto` may import `node:crypto`'];
  }
  return server.ring === 'core' && !pureNodeModules.has(specifier)
    ? [`core does no input or output, so it must not import \`${specifier}\``]
    : [];
}

function complaintsAboutFile(from: string, to: string, kind: Reference['kind']): readonly string[] {
  if (isTest(from) && kind === 'file') {
    return [];
  }
  const source = packagePlace(from);
  const target = packagePlace(to);
  if (target === undefined || source?.packageName !== target.packageName) {
    return [`a relative import must stay in the \`src\` of its package, but this one means \`${to}\``];
  }
  if (isTest(from)) {
    return [];
  }
  // A worker is started by its file: an index would start with it.
  const door = kind === 'file' ? undefined : doorOf(from, to);
  const throughDoor =
    door === undefined || door === to
      ? []
      : [`a module is imported by its \`index.ts\`: \`${door}\`, not \`${to}\``];
  return [...ringComplaints(from, to), ...consoleComplaints(from, to), ...throughDoor];
}

function ringComplaints(from: string, to: string): readonly string[] {
  const source = serverPlace(from);
  const target = serverPlace(to);
  if (source === undefined || target === undefined) {
    return [];
  }
  if (source.ring !== target.ring) {
    return ringImports.get(source.ring)?.includes(target.ring) === true
      ? []
      : [`\`${source.ring}\` must not import \`${target.ring}\``];
  }
  if (source.module === target.module || source.module === undefined || target.module === undefined) {
    return [];
  }
  if (source.ring === 'core') {
    const isLeftwards =
      coreModules.indexOf(target.module.slice(5)) < coreModules.indexOf(source.module.slice(5));
    return isLeftwards
      ? []
      : [`\`${source.module}\` must not import \`${target.module}\`, which is not to its left`];
  }
  return sharedModules.has(target.module)
    ? []
    : [`\`${source.module}\` must not import its sibling \`${target.module}\``];
}

function consoleComplaints(from: string, to: string): readonly string[] {
  const [source, target] = [consoleModule(from), consoleModule(to)];
  if (source === undefined || target === undefined || source === target) {
    return [];
  }
  const [left, right] = [target, source].map((module) => consoleModules.indexOf(module.split('/')[0] ?? ''));
  return left !== undefined && right !== undefined && left >= 0 && left < right
    ? []
    : [`\`${source}\` of the console must not import \`${target}\`, which is not to its left`];
}
