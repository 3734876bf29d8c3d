import { checkChangelog, checkDependencies, checkVersions } from './documents.ts';
import { testPlanted } from './planted.ts';

const manifests = {
  'package.json': '{ "devDependencies": { "b": "1.0.0" } }',
  'packages/x/package.json': '{ "dependencies": { "a": "1.0.0", "@keywitness/log": "0.1.0" } }',
  'test/other/package.json': '{ "dependencies": { "c": "1.0.0" } }',
};

testPlanted(checkDependencies, [
  {
    name: 'every dependency of the workspaces is explained under a heading',
    files: { ...manifests, 'DEPENDENCIES.md': '# D\n\n### `a`, `b`\n\nWhy they are here.\n' },
    finds: [],
  },
  {
    name: 'a dependency without a heading, one without a text and a heading without a dependency are found',
    files: { ...manifests, 'DEPENDENCIES.md': '# D\n\n### `b`\n\n### `c`\n\nNot used.\n' },
    finds: [
      ['DEPENDENCIES.md', 0, /does not explain `b`/],
      ['DEPENDENCIES.md', 0, /does not explain `a`/],
      ['DEPENDENCIES.md', 0, /explains `c`/],
    ],
  },
  {
    name: 'a missing document explains nothing',
    files: { 'package.json': '{ "optionalDependencies": { "a": "1.0.0" } }' },
    finds: [['DEPENDENCIES.md', 0, /`a`/]],
  },
]);

testPlanted(checkVersions, [
  {
    name: 'ranges, tags and addresses are found; exact versions are fine',
    files: {
      'package.json':
        '{ "devDependencies": { "a": "^1.0.0", "b": "1.2.3", "c": "latest", "d": "1.2.3-beta.1" } }',
      'packages/x/package.json': '{ "dependencies": { "e": "https://example.com/e.tgz" } }',
    },
    finds: [
      ['package.json', 0, /`a` at `\^1\.0\.0`/],
      ['package.json', 0, /`c` at `latest`/],
      ['packages/x/package.json', 0, /`e`/],
    ],
  },
]);

testPlanted(checkChangelog, [
  {
    name: 'an open section is found',
    files: { 'CHANGELOG.md': '# C\n\n## [Unreleased]\n\n- x\n' },
    finds: [],
  },
  {
    name: 'a closed change log is found',
    files: { 'CHANGELOG.md': '# C\n' },
    finds: [['CHANGELOG.md', 0, /Unreleased/]],
  },
  { name: 'a missing change log is found', files: {}, finds: [['CHANGELOG.md', 0, /Unreleased/]] },
]);
