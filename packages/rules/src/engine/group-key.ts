import { type EventView, type Field, textsOf } from '../fields/index.ts';

/** Groups that one event counts in at most, when its fields have several values. */
const keysMax = 64;
const separator = '\u0000';
const absent = '\u0001';

/** The groups of an event: the values of fields, joined. */
export function keysOf(fields: readonly Field[], view: EventView): string | readonly string[] {
  const [first, second] = fields;
  if (first === undefined) return '';
  const texts = textsOf(first, view, keysMax);
  const [only] = texts;
  if (second === undefined && texts.length < 2) return only === undefined ? absent : part(only);
  let keys: readonly string[] = texts.length === 0 ? [absent] : texts.map(part);
  for (const field of fields.slice(1)) {
    const more = textsOf(field, view, keysMax);
    const parts = more.length === 0 ? [absent] : more.map(part);
    keys = keys.flatMap((key) => parts.map((one) => `${key}${separator}${one}`)).slice(0, keysMax);
  }
  const [key = ''] = keys;
  return keys.length === 1 ? key : keys;
}

/** Whether none of the fields that a key was made of has a value. */
export function isAbsent(key: string): boolean {
  return key === absent || key.split(separator).every((one) => one === absent);
}

/** The key of a value within a group. */
export function joinKeys(group: string, value: string, hasGroup: boolean): string {
  return hasGroup ? `${group}${separator}${value}` : value;
}

/** The values of a key by the names of their fields; those that are absent are left out. */
export function entityOf(key: string, names: readonly string[]): Readonly<Record<string, string>> {
  if (names.length === 0) return {};
  const parts = key.split(separator);
  const entity: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = parts[index];
    if (value !== undefined && value !== absent) entity[name] = value;
  }
  return entity;
}

function part(text: string): string {
  return text.includes(separator) || text === absent
    ? text.replaceAll(separator, '\ufffd').replaceAll(absent, '\ufffd')
    : text;
}
