import { type Place, wrong } from '../rule-error.ts';

/** A value of a YAML document that knows where it stands. */
export type DocumentNode = MapNode | ListNode | ScalarNode;

/** A YAML mapping with text keys. */
export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, DocumentNode>;
}

/** A YAML sequence. */
export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly DocumentNode[];
}

/** A YAML scalar. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** As it is written: `012` for the number 12. */
  readonly text: string;
}

/** The node as a map. Throws `RuleError` when it is something else; so do the others. */
export function asMap(node: DocumentNode, what: string = 'members'): MapNode {
  if (node.kind !== 'map') throw wrong(node.place, `this must be a map of ${what}, \`name: value\``);
  return node;
}

export function asList(node: DocumentNode): ListNode {
  if (node.kind !== 'list') throw wrong(node.place, 'this must be a list, `[a, b]`');
  return node;
}

/** A text, or a number or boolean as it is written; not empty. */
export function asText(node: DocumentNode, unitsMax: number = textUnitsMax): string {
  if (node.kind !== 'scalar' || node.value === null || node.text === '') {
    throw wrong(node.place, 'this must be a text that is not empty');
  }
  if (node.text.length > unitsMax) {
    throw wrong(node.place, `this must be a text of at most ${unitsMax} units`);
  }
  return node.text;
}

/** A finite number between two bounds, both included. */
export function asNumber(node: DocumentNode, min: number, max: number): number {
  if (node.kind === 'scalar' && typeof node.value === 'number' && node.value >= min && node.value <= max) {
    return node.value;
  }
  throw wrong(node.place, `this must be a number from ${min} to ${max}`);
}

export function asInteger(node: DocumentNode, min: number, max: number): number {
  const value = asNumber(node, min, max);
  if (!Number.isInteger(value)) throw wrong(node.place, 'this must be a whole number');
  return value;
}

export function asBoolean(node: DocumentNode): boolean {
  if (node.kind !== 'scalar' || typeof node.value !== 'boolean') {
    throw wrong(node.place, 'this must be `true` or `false`');
  }
  return node.value;
}

/** One of some words, in lower case. */
export function asWord<Word extends string>(node: DocumentNode, words: readonly Word[]): Word {
  const text = node.kind === 'scalar' ? node.text.toLowerCase() : undefined;
  const word = words.find((one) => one === text);
  if (word === undefined) throw wrong(node.place, `this must be one of \`${words.join('`, `')}\``);
  return word;
}

/** A list of texts that are not empty, at least one and at most `max`; a single text counts as a list of one. */
export function asTexts(node: DocumentNode, max: number): readonly string[] {
  if (node.kind === 'scalar') return [asText(node)];
  const { items } = asList(node);
  if (items.length > max) throw wrong(node.place, `this must be a list of at most ${max} texts`);
  return items.map((item) => asText(item));
}

/** The member of a map that must be there. */
export function required(map: MapNode, name: string): DocumentNode {
  const node = map.entries.get(name);
  if (node === undefined) throw wrong(map.place, `the member \`${name}\` is missing; add \`${name}: ...\``);
  return node;
}

/** Refuses members that are none of `names`. */
export function onlyMembers(map: MapNode, names: readonly string[]): void {
  for (const [name, node] of map.entries) {
    if (!names.includes(name)) {
      throw wrong(node.place, `\`${name}\` is not known here; there are \`${names.join('`, `')}\``);
    }
  }
}

/** The longest text in a rule, in UTF-16 units. */
export const textUnitsMax = 4096;
