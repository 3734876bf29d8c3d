/**
 * Makes folders that can be published: `npm run pack`. In the repository a package's exports name its TypeScript files, so
 * that everything runs without a build; published, they name what `tsc -b` emitted.
 *
 *   .build/pack/<package>/   package.json, dist/, src/ (for source maps), bin/ (launchers), LICENSE
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const publicPackages = ['log', 'api', 'rules', 'cli'];
const publishedFolders = ['dist', 'src', 'bin'];

export function build(): void {
  const folders = publicPackages.map((name) => join('packages', name));
  execFileSync('tsc', ['-b', ...folders], { cwd: root, stdio: 'inherit' });
}

export function pack(name: string, target: string): void {
  const source = join(root, 'packages', name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const folder of publishedFolders.filter((candidate) => existsSync(join(source, candidate)))) {
    cpSync(join(source, folder), join(target, folder), { recursive: true, filter: isPublished });
  }
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  const manifest: unknown = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
}

function isPublished(path: string): boolean {
  return !/\.test[.-]|\.tsbuildinfo$/.test(basename(path));
}

/** Under `exports`, `./src/x.ts` becomes what it was compiled to. Launchers under `bin` find that by themselves. */
function publishedManifest(manifest: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(manifest)) {
    throw new Error('a package.json holds an object');
  }
  // What is started must check ML-DSA-44 signatures, which Node does from 24 on.
  const { exports, ...rest } = manifest;
  return {
    ...rest,
    files: publishedFolders,
    engines: { node: rest['bin'] === undefined ? '>=20' : '>=24' },
    exports: compiled(exports, (stem) => ({ types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` })),
  };
}

function compiled(value: unknown, target: (stem: string) => unknown): Readonly<Record<string, unknown>> {
  const pairs = Object.entries(isRecord(value) ? value : {}).map(([name, file]) => {
    const stem = /^\.\/src\/(.+)\.ts$/.exec(String(file))?.[1];
    if (stem === undefined) {
      throw new Error(`cannot publish \`${name}\`: \`${String(file)}\` is no TypeScript file under \`src\``);
    }
    return [name, target(stem)] as const;
  });
  return Object.fromEntries(pairs);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

if (import.meta.main) {
  build();
  for (const name of publicPackages) {
    const target = join(root, '.build', 'pack', name);
    pack(name, target);
    console.log(target);
  }
}
