import { type Finding, isCode, isTest, type SourceFile } from './source.ts';
import { syntaxOf } from './syntax.ts';

const fileLinesMax = 400;
const functionLinesMax = 70;

/** Functions that only hold tests together are as long as there are tests. */
const groupingFunctions: ReadonlySet<string | undefined> = new Set(['describe', 'suite']);

/** Files and functions that a reader can hold in mind. Test files may be long, their functions may not. */
export function checkSizes(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isCode(file.path))
    .flatMap((file) => [...checkFile(file), ...checkFunctions(file)]);
}

function checkFile({ path, text }: SourceFile): readonly Finding[] {
  const lines = text.split('\n').length - 1;
  return isTest(path) || lines <= fileLinesMax
    ? []
    : [{ path, line: 0, message: `${lines} lines, at most ${fileLinesMax} are allowed` }];
}

function checkFunctions(file: SourceFile): readonly Finding[] {
  return syntaxOf(file)
    .functions.filter(
      ({ lines, argumentOf }) => lines > functionLinesMax && !groupingFunctions.has(argumentOf),
    )
    .map(({ line, lines }) => ({
      path: file.path,
      line,
      message: `a function of ${lines} lines, at most ${functionLinesMax} are allowed`,
    }));
}
