import { checkCycles } from './cycles.ts';
import { testPlanted } from './planted.ts';

testPlanted(checkCycles, [
  {
    name: 'files that import one another are found, whatever the way',
    files: {
      'a/start.ts': "import { b } from './b.ts';",
      'a/b.ts': "export { c } from '../c/index.ts';",
      'c/index.ts': "import type { b } from '../a/b.ts';",
    },
    finds: [['a/b.ts', 0, /a\/b\.ts -> c\/index\.ts -> a\/b\.ts/]],
  },
  {
    name: 'a file that imports itself is found',
    files: { 'a.ts': "import { a } from './a.ts';" },
    finds: [['a.ts', 0, /a\.ts -> a\.ts/]],
  },
  {
    name: 'two ways to the same file are no cycle',
    files: {
      'a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';",
      'b.ts': "import { c } from './c.ts';",
      'c.ts': "import fs from 'node:fs';",
    },
    finds: [],
  },
]);
