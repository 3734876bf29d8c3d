import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { checkBoundaries } from './boundaries.ts';
import { checkCycles } from './cycles.ts';
import { checkChangelog, checkDependencies, checkVersions } from './documents.ts';
import { checkNames } from './names.ts';
import { checkPages } from './pages.ts';
import { checkPurity } from './purity.ts';
import { repositoryFiles } from './repository-files.ts';
import { checkSizes } from './sizes.ts';
import { type Check, findingText } from './source.ts';
import { checkText } from './text.ts';

const checks: Readonly<Record<string, Check>> = {
  'imports keep to the boundaries of packages, rings and modules': checkBoundaries,
  'core is handed its clock, entropy and settings': checkPurity,
  'no file imports itself by a detour': checkCycles,
  'files and functions are short enough to read': checkSizes,
  'files and folders are named well': checkNames,
  'no file holds text that is banned': checkText,
  'pages ask nobody else for anything and run no inline code': checkPages,
  'every dependency is explained': checkDependencies,
  'every dependency is taken at an exact version': checkVersions,
  'the change log is open for the next change': checkChangelog,
};

const files = repositoryFiles(resolve(import.meta.dirname, '../..'));

test('the repository has files to look at', () => {
  assert.ok(files.some(({ path }) => path === 'package.json'));
});

for (const [promise, check] of Object.entries(checks)) {
  test(promise, () => {
    const findings = check(files);
    if (findings.length > 0) {
      assert.fail(`\n${findings.map(findingText).join('\n')}`);
    }
  });
}
