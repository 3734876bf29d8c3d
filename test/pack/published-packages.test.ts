import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { build, pack } from '../../scripts/pack.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'keywitness-pack-'));
const modules = join(folder, 'node_modules');
const published = {
  log: '@keywitness/log',
  api: '@keywitness/api',
  rules: '@keywitness/rules',
  cli: 'keywitness',
} as const;

before(() => {
  build();
  for (const [name, installedAs] of Object.entries(published)) {
    pack(name, join(modules, installedAs));
  }
  for (const dependency of installedBeside()) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true });
    symlinkSync(join(root, 'node_modules', dependency), join(modules, dependency));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a package manager would install beside them. */
function installedBeside(): ReadonlySet<string> {
  const names = Object.keys(published).flatMap((name) => {
    const manifest = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
    const group = /"dependencies": \{(?<names>[^}]*)\}/.exec(manifest)?.groups?.['names'] ?? '';
    return [...group.matchAll(/"(?<name>[^"]+)":/g)].map(({ groups }) => groups?.['name'] ?? '');
  });
  const others = names.filter((name) => !/^(@keywitness\/|keywitness$)/.test(name));
  return new Set([...others, '@types/node', 'undici-types']);
}

test('published packages carry no tests and export what was compiled', () => {
  const manifest = readFileSync(join(modules, '@keywitness/log', 'package.json'), 'utf8');
  assert.match(manifest, /"types": "\.\/dist\/index\.d\.ts",\s+"default": "\.\/dist\/index\.js"/);
  assert.doesNotMatch(manifest, /\.\/src\//);
});

test('published packages can be imported from JavaScript', () => {
  const imports = Object.values(published).map((name) => `await import('${name}');`);
  writeFileSync(join(folder, 'consumer.js'), imports.join('\n'));
  execFileSync(process.execPath, ['consumer.js'], { cwd: folder });
});

test('published packages type-check in a strict project of somebody else', () => {
  const imports = Object.values(published).map((name, index) => `export * as p${index} from '${name}';`);
  writeFileSync(join(folder, 'consumer.ts'), imports.join('\n'));
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  execFileSync('tsc', [...options, 'consumer.ts'], { cwd: folder, stdio: 'inherit' });
});

test('the published command line starts', () => {
  const output = execFileSync(process.execPath, [join(modules, 'keywitness/bin/keywitness.mjs'), '--help'], {
    encoding: 'utf8',
  });
  assert.match(output, /Usage: keywitness/);
});
