import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'keywitness-lint-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Each line breaks one rule that a guarantee hangs on: a promise that nobody awaits is an attempt that nobody records. */
const planted: readonly (readonly [rule: string, code: string])[] = [
  ['no-floating-promises', 'work();'],
  ['no-floating-promises', 'void work();'],
  ['no-misused-promises', 'if (work()) { say(1); }'],
  ['no-misused-promises', '[1].forEach(async () => { await work(); });'],
  ['await-thenable', 'await say(1);'],
  ['only-throw-error', "if (flag) { throw 'no'; }"],
  ['switch-exhaustiveness-check', "switch (kind) { case 'a': say(1); break; }"],
  ['no-explicit-any', 'export const anything: any = 1;'],
  ['no-non-null-assertion', 'say(maybe!);'],
  ['consistent-type-assertions', 'say(maybe as number);'],
  ['no-unsafe-assignment', "export const parsed: string = JSON.parse('1');"],
  ['no-unsafe-member-access', "say(JSON.parse('{}').x);"],
  ['no-unsafe-argument', "say(JSON.parse('1'));"],
  ['no-unsafe-call', "JSON.parse('1')();"],
  ['restrict-template-expressions', 'export const text = `$' + '{{}}`;'],
  ['eqeqeq', 'say(maybe == 1 ? 1 : 2);'],
  [
    'preserve-caught-error',
    "try { say(1); } catch { say(2); }\ntry { say(1); } catch (e) { throw new Error('x'); }",
  ],
];

const declarations = [
  'declare function work(): Promise<void>;',
  'declare function say(what: number): void;',
  'declare const flag: boolean;',
  "declare const kind: 'a' | 'b';",
  'declare const maybe: number | undefined;',
].join('\n');

function rulesBroken(): ReadonlyMap<string, ReadonlySet<string>> {
  const compilerOptions = { strict: true, target: 'es2024', module: 'nodenext', types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  planted.forEach(([, code], index) =>
    writeFileSync(join(folder, `planted-${index}.ts`), `${declarations}\n${code}\nexport {};\n`),
  );
  const result = spawnSync('oxlint', ['-c', join(root, '.oxlintrc.json'), '--format', 'unix', folder], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(result.status, 1, result.stderr);
  const broken = new Map<string, Set<string>>();
  for (const match of result.stdout.matchAll(
    /(?<file>planted-\d+\.ts):.*\[Error\/[a-z]+\((?<rule>[a-z-]+)\)\]/g,
  )) {
    const { file = '', rule = '' } = match.groups ?? {};
    broken.set(file, (broken.get(file) ?? new Set()).add(rule));
  }
  return broken;
}

test('the linter objects to what would let an attempt go unrecorded or a type lie', () => {
  const broken = rulesBroken();
  planted.forEach(([rule, code], index) => {
    const found = broken.get(`planted-${index}.ts`) ?? new Set();
    assert.ok(found.has(rule), `\`${rule}\` did not object to: ${code}; found: ${[...found].join(', ')}`);
  });
});
