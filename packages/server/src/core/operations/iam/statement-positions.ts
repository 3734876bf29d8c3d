/** A place in a text, both from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a statement stands in the text of its policy. */
export interface StatementPosition {
  readonly start: Position;
  /** Behind its last character. */
  readonly end: Position;
}

/** Strings, brackets and commas: all that it takes to find the members of a JSON object. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** Where the statements of a policy stand, in their order. The text must have been read as a policy before. */
export function statementPositions(text: string): readonly StatementPosition[] {
  const positionAt = positionsIn(text);
  const found: StatementPosition[] = [];
  let depth = 0;
  /** The member of the document that the scan is in. */
  let member: unknown;
  let open: { readonly index: number; readonly depth: number } | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (token === '{' && member === 'Statement') open ??= { index, depth };
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (open?.depth === depth) {
        found.push({ start: positionAt(open.index), end: positionAt(index + 1) });
        open = undefined;
      }
    } else if (depth === 1) {
      if (token === ',') member = undefined;
      else member ??= JSON.parse(token);
    }
  }
  return found;
}

/** Offsets must be asked for in ascending order. */
function positionsIn(text: string): (offset: number) => Position {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (let end = text.indexOf('\n', lineStart); end >= 0 && end < offset;) {
      line += 1;
      lineStart = end + 1;
      end = text.indexOf('\n', lineStart);
    }
    return { line, column: offset - lineStart + 1 };
  };
}
