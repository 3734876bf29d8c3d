/**
 * Writes the page that checks bundles of evidence in a browser, as one file that needs nothing else: `npm run
 * verify-page`, or `npm run verify-page -- FILE`. There is no bundler: the page holds the modules of `packages/log`, of
 * the page and of the libraries that check signatures, without their types, and an import map that says which is which.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const pageFolder = join(root, 'packages/console/src/verify');
const logPackage = join(root, 'packages/log/src/index.ts');
/** What the page may bring besides our own code: modules that need nothing but the language. */
const libraries = /^@noble\/(?:curves|hashes|post-quantum)\//;
const fileStandard = join(root, '.build/verify.html');
const libraryFolder = join(root, 'node_modules');
/** Not in comments, which may show how a library is imported. */
const importPattern = /^(?!\s*\*)(.*?(?:\bfrom\s+|\bimport\s+))(['"])([^'"]+)\2/gm;

const file = resolve(process.argv[2] ?? fileStandard);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, verifyPage());
process.stdout.write(`wrote ${file}\n`);

function verifyPage(): string {
  const modules = new Map<string, string>();
  const page = join(pageFolder, 'page.ts');
  collect(page, modules);
  const imports = Object.fromEntries(
    [...modules].map(([path, code]) => [
      nameOf(path),
      `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`,
    ]),
  );
  const style = readFileSync(join(pageFolder, 'verify.css'), 'utf8');
  const policy =
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  return replaceOnce(
    replaceOnce(
      replaceOnce(
        readFileSync(join(pageFolder, 'verify.html'), 'utf8'),
        '<link rel="stylesheet" href="verify.css" />',
        `<style>\n${style}</style>`,
      ),
      '<meta charset="utf-8" />',
      `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    ),
    '<script type="module" src="page.ts"></script>',
    `<script type="importmap">\n${JSON.stringify({ imports }, null, 1)}\n</script>\n` +
      `    <script type="module">import '${nameOf(page)}';</script>`,
  );
}

/** Reads a module and all that it imports, the imports under their names in the map. */
function collect(path: string, modules: Map<string, string>): void {
  if (modules.has(path)) return;
  modules.set(path, '');
  const source = readFileSync(path, 'utf8');
  const plain = path.endsWith('.ts') ? stripTypeScriptTypes(source) : source;
  const code = plain.replaceAll(importPattern, (_whole, before: string, _quote, specifier: string) => {
    const target = targetOf(path, specifier);
    collect(target, modules);
    return `${before}'${nameOf(target)}'`;
  });
  modules.set(path, code);
}

function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return resolve(dirname(from), specifier);
  if (specifier === '@keywitness/log') return logPackage;
  if (libraries.test(specifier)) return createRequire(from).resolve(specifier);
  throw new Error(`the page cannot have \`${specifier}\`, which \`${from}\` imports`);
}

/** A bare name: modules in data URLs have no place that a path could start from. */
function nameOf(path: string): string {
  const folder = path.startsWith(libraryFolder) ? libraryFolder : join(root, 'packages');
  return `@page/${relative(folder, path).replace(/\.ts$/, '.js')}`;
}

function replaceOnce(text: string, part: string, replacement: string): string {
  if (text.split(part).length !== 2) throw new Error(`the page does not hold \`${part}\` once`);
  return text.replace(part, () => replacement);
}
