import { testPlanted } from './planted.ts';
import { checkSizes } from './sizes.ts';

function lines(count: number): string {
  return 'a();\n'.repeat(count);
}

testPlanted(checkSizes, [
  { name: 'a file of 400 lines is fine', files: { 'a.ts': lines(400) }, finds: [] },
  { name: 'a file of 401 lines is not', files: { 'a.ts': lines(401) }, finds: [['a.ts', 0, /401 lines/]] },
  {
    name: 'test files and documents may be long',
    files: { 'a.test.ts': lines(500), 'test/crash/a.ts': lines(500), 'a.md': lines(500) },
    finds: [],
  },
  { name: 'a function of 70 lines is fine', files: { 'a.ts': `function f() {\n${lines(68)}}\n` }, finds: [] },
  {
    name: 'a function of 71 lines is not, in any form',
    files: {
      'a.ts': `\nfunction f() {\n${lines(69)}}\n`,
      'b.ts': `const f = async () => {\n${lines(69)}};\n`,
      'c.ts': `class C {\n  f() {\n${lines(69)}}\n}\n`,
      'd.test.ts': `test('', () => {\n${lines(69)}});\n`,
    },
    finds: [
      ['a.ts', 2, /71 lines/],
      ['b.ts', 1, /71 lines/],
      ['c.ts', 2, /71 lines/],
      ['d.test.ts', 1, /71 lines/],
    ],
  },
  {
    name: 'a function that groups tests may be long',
    files: { 'a.test.ts': `describe('', () => {\n${lines(100)}});\n` },
    finds: [],
  },
]);
