import { testPlanted } from './planted.ts';
import { checkPurity } from './purity.ts';

const core = 'packages/server/src/core/keys/a.ts';
const front = 'packages/server/src/fronts/aws/a.ts';

testPlanted(checkPurity, [
  {
    name: 'core must not look at the clock, roll dice, read settings, wait, or talk',
    files: {
      [core]: [
        'const a = Date.now();',
        'const b = new Date();',
        'const c = performance.now();',
        'const d = Math.random();',
        'const e = process.env;',
        'setTimeout(a, 1);',
        'await fetch(b);',
        'console.log(c);',
      ].join('\n'),
    },
    finds: [
      [core, 1, /`Date\.now`/],
      [core, 2, /`new Date\(\)`/],
      [core, 3, /`performance\.now`/],
      [core, 4, /`Math\.random`/],
      [core, 5, /`process\.env`/],
      [core, 6, /`setTimeout\(\)`/],
      [core, 7, /`fetch\(\)`/],
      [core, 8, /`console\.log`/],
    ],
  },
  {
    name: 'core may turn a time that it was handed into a date, and own things of such names',
    files: { [core]: 'const a = new Date(nowMs); clock.now(); this.fetch(); options.process.env;' },
    finds: [],
  },
  {
    name: 'tests of core and the other rings may look at the clock',
    files: { 'packages/server/src/core/keys/a.test.ts': 'Date.now();', [front]: 'Date.now();' },
    finds: [],
  },
  {
    name: 'nobody but core/crypto uses the global crypto object',
    files: {
      [front]: '\ncrypto.randomUUID();',
      'packages/server/src/core/crypto/a.ts': 'crypto.randomUUID();',
    },
    finds: [[front, 2, /only `core\/crypto`/]],
  },
]);
