import { parser } from '@lezer/json';

/** Where a statement of a policy is in its text. */
export interface StatementRange {
  /** Its Sid, if it has one, and its position as `#n`, from 0. */
  readonly names: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** The statements in the text of a policy, as far as it can be read. */
export function statementRanges(text: string): readonly StatementRange[] {
  const ranges: StatementRange[] = [];
  const top = parser.parse(text).topNode.getChild('Object');
  const list = memberOf(top, 'Statement', text);
  const items = list?.name === 'Array' ? list.getChildren('Object') : list?.name === 'Object' ? [list] : [];
  for (const [index, item] of items.entries()) {
    const sid = memberOf(item, 'Sid', text);
    const name = sid === undefined ? [] : [unquoted(text.slice(sid.from, sid.to))];
    ranges.push({ names: [...name, `#${index}`], from: item.from, to: item.to });
  }
  return ranges;
}

type Node = ReturnType<typeof parser.parse>['topNode'];

function memberOf(object: Node | null | undefined, name: string, text: string): Node | undefined {
  const property = object?.getChildren('Property').find((candidate) => {
    const key = candidate.getChild('PropertyName');
    return key !== null && unquoted(text.slice(key.from, key.to)) === name;
  });
  return property?.lastChild ?? undefined;
}

function unquoted(json: string): string {
  return json.replace(/^"|"$/g, '');
}
