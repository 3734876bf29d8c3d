/** A policy laid out to be read, with the statement that decided between what stands before and behind it. */
export interface PolicyText {
  readonly before: string;
  readonly statement: string;
  readonly behind: string;
}

/**
 * Finds a statement by its Sid, or by its position from 0 as `#n`, and lays the policy out around it. Without such a
 * statement all of it stands before; what is no JSON stands there as it is.
 */
export function policyText(document: string, statement: string | undefined): PolicyText {
  const policy = parse(document);
  if (!isMembers(policy)) return { before: document, statement: '', behind: '' };
  const listed = policy['Statement'];
  const statements: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  const at = statements.findIndex((each, place) => `#${place}` === statement || sidOf(each) === statement);
  const lines = JSON.stringify(policy, null, 2).split('\n');
  const range = at === -1 ? undefined : rangeOf(lines, at, Array.isArray(listed));
  if (range === undefined) return { before: lines.join('\n'), statement: '', behind: '' };
  const [first, end] = range;
  return {
    before: lines.slice(0, first).map(ended).join(''),
    statement: lines.slice(first, end).join('\n'),
    behind: lines.slice(end).map(begun).join(''),
  };
}

/**
 * The lines of a statement. `JSON.stringify` indents by two: members of the policy by 2, statements of a list by 4. A
 * text never begins a line, because line ends in it are escaped.
 */
function rangeOf(
  lines: readonly string[],
  at: number,
  isList: boolean,
): readonly [number, number] | undefined {
  const head = lines.findIndex((line) => line.startsWith('  "Statement": '));
  if (head === -1) return undefined;
  const indent = isList ? '    ' : '  ';
  const ends = lines.flatMap((line, place) =>
    place > head && (line === `${indent}}` || line === `${indent}},`) ? [place + 1] : [],
  );
  const starts = [isList ? head + 1 : head, ...ends];
  const [start, end] = [starts[at], ends[at]];
  return start === undefined || end === undefined ? undefined : [start, end];
}

function sidOf(statement: unknown): unknown {
  return isMembers(statement) ? statement['Sid'] : undefined;
}

function ended(line: string): string {
  return `${line}\n`;
}

function begun(line: string): string {
  return `\n${line}`;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // JSON.parse throws for what is not JSON and for nothing else; that is the answer here.
    return undefined;
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
