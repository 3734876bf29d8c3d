import { testPlanted } from './planted.ts';
import { checkText } from './text.ts';

const lint = 'oxlint-disable-next-line';

testPlanted(checkText, [
  {
    name: 'unfinished work is found in any file',
    files: { 'a.ts': '// a\n// TODO b\n', 'docs/b.md': 'FIXME\n', '.ci/run': '# HACK\n' },
    finds: [
      ['a.ts', 2, /issue/],
      ['docs/b.md', 1, /issue/],
      ['.ci/run', 1, /issue/],
    ],
  },
  {
    name: 'tests that are singled out or left out without a reason are found',
    files: {
      'a.test.ts':
        "test.only('a');\ntest('b', { skip: true });\ntest.skip('c');\nt.skip();\ndescribe('d', { only: true });\n",
    },
    finds: [
      ['a.test.ts', 1, /only some/],
      ['a.test.ts', 2, /says why/],
      ['a.test.ts', 3, /says why/],
      ['a.test.ts', 4, /says why/],
      ['a.test.ts', 5, /only some/],
    ],
  },
  {
    name: 'a test that is skipped with a reason is fine',
    files: {
      'a.test.ts': "test('b', { skip: hasWrk ? false : 'wrk is not installed' });\nt.skip('too slow');\n",
    },
    finds: [],
  },
  {
    name: 'ways around the types are found',
    files: {
      'a.ts': 'const a = b as any;\n// @ts-ignore\n// @ts-expect-error\n// @ts-expect-error frozen\n',
    },
    finds: [
      ['a.ts', 1, /unknown/],
      ['a.ts', 2, /compiler/],
      ['a.ts', 3, /compiler/],
    ],
  },
  {
    name: 'paths of one machine are found',
    files: {
      'a.ts': "const a = '/home/me/x';\nconst b = 'https://example.com/work/x';\n",
      'b.md': 'see /work/x\n',
    },
    finds: [
      ['a.ts', 1, /one machine/],
      ['b.md', 1, /one machine/],
    ],
  },
  {
    name: 'only tests may look outside the repository',
    files: {
      'a.ts': "'../shared/data';\n",
      'test/a.ts': "'../shared/data';\n",
      'b.test.ts': "'../shared/data';\n",
    },
    finds: [['a.ts', 1, /reaches out/]],
  },
  {
    name: 'carriage returns, control characters, white space at the end and a missing last line break are found',
    files: { 'a.ts': 'a();\r\n', 'b.md': 'a\u0007\n', 'c.md': 'a \nb\t\n', 'd.md': 'a' },
    finds: [
      ['a.ts', 1, /control/],
      ['b.md', 1, /control/],
      ['c.md', 1, /white space/],
      ['c.md', 2, /white space/],
      ['d.md', 0, /line break/],
    ],
  },
  {
    name: 'a rule is suppressed for one line, by name, with a reason',
    files: {
      'a.ts': [
        `// ${lint} typescript/no-misused-promises -- the emitter awaits what its listeners return`,
        `// ${lint} typescript/no-misused-promises`,
        `// ${lint} -- the emitter awaits what its listeners return`,
        '/* oxlint-disable typescript/no-misused-promises -- the emitter awaits what its listeners return */',
        '// eslint-disable-next-line no-shadow -- the emitter awaits what its listeners return',
        '',
      ].join('\n'),
    },
    finds: [
      ['a.ts', 2, /suppresses/],
      ['a.ts', 3, /suppresses/],
      ['a.ts', 4, /suppresses/],
      ['a.ts', 5, /suppresses/],
    ],
  },
  {
    name: 'vectors are left as they are',
    files: { 'spec/vectors/a.json': '"XXX"\r\n', LICENSE: 'a \n' },
    finds: [],
  },
]);
