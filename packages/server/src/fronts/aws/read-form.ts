import { NormalizedSchema } from '@smithy/core/schema';
import type { ConstraintLookup } from './constraints.ts';
import type { FormNode } from './form.ts';
import { cannotConvert, MalformedRequest } from './malformed.ts';
import { compileReadMembers, type ReadRequest } from './read-request.ts';
import { type SchemaSource, wireName } from './schema.ts';

/** Reads the form of one operation. @throws MalformedRequest when a type is wrong. */
export type ReadForm = (form: FormNode) => ReadRequest;

/** Makes of a part of a form the value that JSON would have had in its place. */
type ToValue = (node: FormNode) => unknown;
type ToMembers = (node: FormNode) => Readonly<Record<string, unknown>>;

/**
 * Compiles the reader of an operation's input in the AWS Query protocol (Smithy 2.0, "AWS query protocol"), once, from
 * the SDK's schema and the constraints of its API. The schema tells which type a text stands for; what follows is the
 * same as for every other protocol. Parameters that the schema does not know are ignored, as AWS ignores them.
 */
export function compileReadForm(input: SchemaSource, constraintOf: ConstraintLookup): ReadForm {
  const schema = NormalizedSchema.of(input);
  const toMembers: ToMembers = schema.isUnitSchema() ? () => ({}) : compileMembers(schema);
  const read = compileReadMembers(input, constraintOf);
  return (form) => read(toMembers(form));
}

function compileMembers(schema: NormalizedSchema): ToMembers {
  const members = [...schema.structIterator()].map(([wire, member]) => ({
    wire,
    name: wireName(wire, member),
    toValue: compileValue(member),
  }));
  return (node) => {
    const values: Record<string, unknown> = {};
    for (const { wire, name, toValue } of members) {
      const member = node.members.get(name);
      if (member !== undefined) values[wire] = toValue(member);
    }
    return values;
  };
}

function compileValue(schema: NormalizedSchema): ToValue {
  if (schema.isListSchema()) return compileList(schema);
  if (schema.isMapSchema()) return compileMap(schema);
  if (schema.isStructSchema()) {
    const toMembers = compileMembers(schema);
    return (node) => toMembers(withoutText(node, 'a Structure'));
  }
  if (schema.isBooleanSchema()) return (node) => flagOf(textOf(node));
  if (schema.isTimestampSchema()) return (node) => secondsOf(textOf(node));
  if (schema.isNumericSchema()) return (node) => numberOf(textOf(node));
  return textOf;
}

/** `Name.member.1`, or `Name.1` when the list is flattened. A name alone, without a value, is an empty list. */
function compileList(schema: NormalizedSchema): ToValue {
  const item = schema.getValueSchema();
  const itemName = isFlat(schema) ? undefined : wireName('member', item);
  const toItem = compileValue(item);
  return (node) => numbered(node, itemName, 'a List').map(toItem);
}

/** `Name.entry.1.key` and `Name.entry.1.value`, or `Name.1.key` when the map is flattened. */
function compileMap(schema: NormalizedSchema): ToValue {
  const itemName = isFlat(schema) ? undefined : 'entry';
  const keyName = wireName('key', schema.getKeySchema());
  const valueName = wireName('value', schema.getValueSchema());
  const toItem = compileValue(schema.getValueSchema());
  return (node) => {
    const entries = new Map<string, unknown>();
    for (const entry of numbered(node, itemName, 'a Map')) {
      const key = entry.members.get(keyName);
      const value = entry.members.get(valueName);
      if (key === undefined || value === undefined || entries.has(textOf(key))) {
        throw new MalformedRequest('');
      }
      entries.set(textOf(key), toItem(value));
    }
    return Object.fromEntries(entries);
  };
}

/** The items of a list or map, which are numbered from 1 without gaps: in the order of their numbers. */
function numbered(list: FormNode, itemName: string | undefined, wanted: string): readonly FormNode[] {
  const { members } = withoutText(list, wanted);
  const items = itemName === undefined ? members : itemsUnder(members, itemName, wanted);
  return Array.from(items, (_, position) => {
    const item = items.get(String(position + 1));
    if (item !== undefined) return item;
    throw new MalformedRequest('The items of a list must be numbered from 1 without gaps.');
  });
}

function itemsUnder(
  members: FormNode['members'],
  itemName: string,
  wanted: string,
): ReadonlyMap<string, FormNode> {
  const items = members.get(itemName);
  if (members.size === 0) return members;
  if (items === undefined || members.size > 1) throw cannotConvert({}, wanted);
  return withoutText(items, wanted).members;
}

function withoutText(node: FormNode, wanted: string): FormNode {
  if (node.text === undefined || (node.text === '' && node.members.size === 0)) return node;
  throw cannotConvert(node.text, wanted);
}

function textOf({ text, members }: FormNode): string {
  if (text === undefined || members.size > 0) throw cannotConvert({}, 'a String');
  return text;
}

/** A text that is no boolean stays one, and is refused by who reads the value; so with numbers and instants. */
function flagOf(text: string): boolean | string {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function numberOf(text: string): number | string {
  return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : text;
}

const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z$/;

function secondsOf(text: string): number | string {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? text : ms / 1000;
}

function isFlat(schema: NormalizedSchema): boolean {
  return schema.getMergedTraits().xmlFlattened !== undefined;
}
