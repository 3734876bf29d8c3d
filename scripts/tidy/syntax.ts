import { parseSync, Visitor } from 'oxc-parser';
import type { SourceFile } from './source.ts';

/**
 * A place where one file names another: `import`, `export ... from` and `import()`, or as a `file`, such as a worker's or
 * a vector's, `new URL(x, import.meta.url)`.
 */
export interface Reference {
  readonly kind: 'import' | 'file';
  readonly specifier: string;
  readonly line: number;
}

export interface FunctionSpan {
  readonly line: number;
  readonly lines: number;
  /** The name of the function that it is handed to, as in `describe(..., () => {})`. */
  readonly argumentOf: string | undefined;
}

/** A use of something that is there without an import, such as `Date.now`, `process.env` or `new Date()`. */
export interface GlobalUse {
  readonly name: string;
  readonly line: number;
}

export interface Syntax {
  readonly references: readonly Reference[];
  readonly functions: readonly FunctionSpan[];
  readonly globals: readonly GlobalUse[];
}

const known = new WeakMap<SourceFile, Syntax>();

/** Parses a file once. Throws when it is not valid TypeScript, for then nothing can be said about it. */
export function syntaxOf(file: SourceFile): Syntax {
  let syntax = known.get(file);
  if (syntax === undefined) {
    syntax = read(file);
    known.set(file, syntax);
  }
  return syntax;
}

function read(file: SourceFile): Syntax {
  const { program, module, errors } = parseSync(file.path, file.text);
  const [error] = errors;
  if (error !== undefined) {
    throw new Error(`cannot parse \`${file.path}\`: ${error.message}`);
  }
  const lineOf = lineLookup(file.text);
  const references: Reference[] = [];
  for (const statement of [
    ...module.staticImports,
    ...module.staticExports.flatMap((found) => found.entries),
  ]) {
    if (statement.moduleRequest !== null) {
      references.push({
        kind: 'import',
        specifier: statement.moduleRequest.value,
        line: lineOf(statement.start),
      });
    }
  }
  const functions: FunctionSpan[] = [];
  const globals: GlobalUse[] = [];
  visit(program, lineOf, references, functions, globals);
  return { references: unique(references), functions, globals };
}

type Program = ReturnType<typeof parseSync>['program'];

function visit(
  program: Program,
  lineOf: (offset: number) => number,
  references: Reference[],
  functions: FunctionSpan[],
  globals: GlobalUse[],
): void {
  const argumentOf = new Map<number, string>();
  const addFunction = (node: { readonly start: number; readonly end: number }): void => {
    const line = lineOf(node.start);
    functions.push({ line, lines: lineOf(node.end) - line + 1, argumentOf: argumentOf.get(node.start) });
  };
  new Visitor({
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: addFunction,
    ImportExpression(node): void {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') {
        references.push({ kind: 'import', specifier: node.source.value, line: lineOf(node.start) });
      }
    },
    CallExpression(node): void {
      if (node.callee.type !== 'Identifier') {
        return;
      }
      globals.push({ name: `${node.callee.name}()`, line: lineOf(node.start) });
      for (const argument of node.arguments) {
        argumentOf.set(argument.start, node.callee.name);
      }
    },
    NewExpression(node): void {
      if (node.callee.type !== 'Identifier') {
        return;
      }
      const [first, second] = node.arguments;
      if (first === undefined) {
        globals.push({ name: `new ${node.callee.name}()`, line: lineOf(node.start) });
      }
      const isFileUrl = node.callee.name === 'URL' && second?.type === 'MemberExpression';
      if (isFileUrl && second.object.type === 'MetaProperty' && first?.type === 'Literal') {
        references.push({ kind: 'file', specifier: String(first.value), line: lineOf(node.start) });
      }
    },
    MemberExpression(node): void {
      if (node.object.type === 'Identifier' && node.property.type === 'Identifier') {
        globals.push({ name: `${node.object.name}.${node.property.name}`, line: lineOf(node.start) });
      }
    },
  }).visit(program);
}

function unique(references: readonly Reference[]): readonly Reference[] {
  return [...new Map(references.map((found) => [`${found.line} ${found.specifier}`, found])).values()];
}

/** Offsets of the parser count UTF-16 units, as JavaScript strings do. */
function lineLookup(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low + 1;
  };
}
