import { checkBoundaries } from './boundaries.ts';
import { type Planted, testPlanted } from './planted.ts';

const server = 'packages/server/src';
const pages = 'packages/console/src/pages';

/** One file with one import. */
function importing(name: string, path: string, specifier: string, message?: RegExp): Planted {
  return {
    name,
    files: { [path]: `// first line\nimport { thing } from '${specifier}';\n` },
    finds: message === undefined ? [] : [[path, 2, message]],
  };
}

testPlanted(checkBoundaries, [
  // packages
  importing('api may import log', 'packages/api/src/a.ts', '@keywitness/log'),
  importing(
    'log may not import api',
    'packages/log/src/a.ts',
    '@keywitness/api',
    /`log` must not import package `api`/,
  ),
  importing(
    'cli may not import server',
    'packages/cli/src/a.ts',
    '@keywitness/server',
    /must not import package `server`/,
  ),
  importing(
    'server may not import cli',
    `${server}/main/a.ts`,
    'keywitness',
    /must not import package `cli`/,
  ),
  importing('log may not import a dependency', 'packages/log/src/a.ts', 'valibot', /has no dependencies/),
  importing('a test of log may import a dependency', 'packages/log/src/a.test.ts', 'fast-check'),
  importing('a model for tests of log may, too', 'packages/log/src/a.test-model.ts', 'fast-check'),
  importing(
    'a test keeps to the package order',
    'packages/log/src/a.test.ts',
    '@keywitness/api',
    /must not import/,
  ),
  importing(
    'a package is not entered by a path',
    'packages/cli/src/a.ts',
    '../../log/src/tree.ts',
    /must stay in/,
  ),
  importing('log touches Node in its node folder', 'packages/log/src/node/a.ts', 'node:crypto'),
  importing('log touches Node nowhere else', 'packages/log/src/a.ts', 'node:crypto', /only `log\/src\/node`/),
  importing('api runs in browsers', 'packages/api/src/a.ts', 'node:fs', /runs in browsers/),

  // rings
  importing('main may import a front', `${server}/main/a.ts`, '../fronts/aws/index.ts'),
  importing(
    'core may not import a store',
    `${server}/core/keys/a.ts`,
    '../../stores/sqlite/index.ts',
    /`core` must not import `stores`/,
  ),
  importing(
    'a front may not import a store',
    `${server}/fronts/aws/a.ts`,
    '../../stores/sqlite/index.ts',
    /`fronts` must not/,
  ),
  importing(
    'a follower may not import a front',
    `${server}/followers/search/a.ts`,
    '../../fronts/http/index.ts',
    /`followers` must not/,
  ),
  importing(
    'a store may not import main',
    `${server}/stores/sqlite/a.ts`,
    '../../main/index.ts',
    /`stores` must not import `main`/,
  ),
  importing(
    'a front may not import its sibling',
    `${server}/fronts/aws/a.ts`,
    '../vault/index.ts',
    /sibling `fronts\/vault`/,
  ),
  importing('all fronts may import http', `${server}/fronts/aws/a.ts`, '../http/index.ts'),
  importing('a test may import any ring', `${server}/fronts/aws/a.test.ts`, '../../stores/memory/index.ts'),
  importing(
    'a type import counts too',
    `${server}/core/keys/a.ts`,
    '../operations/index.ts',
    /not to its left/,
  ),
  {
    name: 'an export from, an import() and a worker file count as imports',
    files: {
      [`${server}/core/audit/a.ts`]: [
        "export { x } from '../keys/index.ts';",
        "export * from '../policy/index.ts';",
        "const y = await import('../operations/index.ts');",
        "new Worker(new URL('../../main/index.ts', import.meta.url));",
      ].join('\n'),
    },
    finds: [
      [`${server}/core/audit/a.ts`, 1, /`core\/keys`/],
      [`${server}/core/audit/a.ts`, 2, /`core\/policy`/],
      [`${server}/core/audit/a.ts`, 3, /`core\/operations`/],
      [`${server}/core/audit/a.ts`, 4, /`core` must not import `main`/],
    ],
  },

  {
    name: 'a worker is started by its file, a test reads vectors from where they are, and code may not',
    files: {
      [`${server}/main/start.ts`]: "new URL('./threads/store-thread.ts', import.meta.url);",
      [`${server}/core/keys/a.test.ts`]: "new URL('../../../../../spec/vectors/a.json', import.meta.url);",
      [`${server}/main/a.ts`]: "new URL('../../../../spec/vectors/a.json', import.meta.url);",
    },
    finds: [[`${server}/main/a.ts`, 1, /must stay in the `src`/]],
  },

  // modules
  importing('core/keys may import core/crypto', `${server}/core/keys/a.ts`, '../crypto/index.ts'),
  importing(
    'core/crypto may not import core/keys',
    `${server}/core/crypto/a.ts`,
    '../keys/index.ts',
    /not to its left/,
  ),
  importing(
    'a module is entered by its index',
    `${server}/core/keys/a.ts`,
    '../crypto/hash.ts',
    /core\/crypto\/index\.ts/,
  ),
  importing('a module inside a module too', `${server}/core/keys/a.ts`, './states/b.ts', /states\/index\.ts/),
  importing(
    'a module inside a module has one door, the outer',
    `${server}/main/a.ts`,
    '../core/keys/states/index.ts',
    /core\/keys\/index\.ts/,
  ),
  importing('a file may import its own folder', `${server}/core/keys/a.ts`, './b.ts'),
  importing('a file may import the folder above', `${server}/core/keys/states/a.ts`, '../b.ts'),
  {
    name: 'an unknown ring, an unknown module of core and a file in no module are found',
    files: {
      [`${server}/core/shared/a.ts`]: '',
      [`${server}/core/a.ts`]: '',
      [`${server}/middle/a.ts`]: '',
      [`${server}/main/a.ts`]: '',
      [`${server}/index.ts`]: '',
    },
    finds: [
      [`${server}/core/shared/a.ts`, 0, /not a module of core/],
      [`${server}/core/a.ts`, 0, /belongs in one of its modules/],
      [`${server}/middle/a.ts`, 0, /not a ring/],
    ],
  },

  // what core is made of
  importing('core/crypto may import node:crypto', `${server}/core/crypto/a.ts`, 'node:crypto'),
  importing('core/keys may not', `${server}/core/keys/a.ts`, 'node:crypto', /only `core\/crypto`/),
  importing('main may not either', `${server}/main/a.ts`, 'node:crypto', /only `core\/crypto`/),
  importing('core may assert', `${server}/core/keys/a.ts`, 'node:assert/strict'),
  importing(
    'core may not read files',
    `${server}/core/crypto/a.ts`,
    'node:fs/promises',
    /no input or output/,
  ),
  importing(
    'core may not use the AWS SDK',
    `${server}/core/keys/a.ts`,
    '@aws-sdk/client-kms',
    /core must not import/,
  ),
  importing('a front may use the AWS SDK', `${server}/fronts/aws/a.ts`, '@aws-sdk/client-kms'),

  // the console
  importing('a page may import components', `${pages}/keys/a.tsx`, '../../components/index.ts'),
  importing(
    'components may not import a page',
    'packages/console/src/components/a.tsx',
    '../pages/keys/index.ts',
    /`components` of the console must not import `pages\/keys`/,
  ),
  importing('the app may import a page', 'packages/console/src/app/a.tsx', '../pages/keys/index.ts'),
  importing(
    'pages are strangers',
    `${pages}/keys/a.tsx`,
    '../audit/index.ts',
    /`pages\/keys` of the console must not import `pages\/audit`/,
  ),
  importing(
    'a page is imported by its index',
    'packages/console/src/app/a.tsx',
    '../pages/keys/keys-page.tsx',
    /imported by its `index\.ts`/,
  ),
]);
