import type { Json, JsonObject } from '../event.ts';
import { type Place, wrong } from '../rule-error.ts';
import { type Calendar, derivations, isJsonObject } from './derived.ts';
import type { EventView } from './view.ts';

/** What a document's fields are looked up in: our event, or the same as a CloudTrail record. */
export type FieldSource = 'event' | 'record';

/** A field, ready to be looked up. */
export interface Field {
  /** As it is told to people, without the prefix `keywitness.`. */
  readonly name: string;
  readonly source: FieldSource;
  /**
   * Whether a test holds for any value of the field: of arrays any element, an empty one counting as null. False when there is
   * no such field.
   */
  readonly some: (view: EventView, test: (value: Json) => boolean) => boolean;
}

const prefix = 'keywitness.';
const partsMax = 16;
const nameUnitsMax = 512;

/** A field by its name. Throws `RuleError` for a name that is empty or has too many parts, or needs a schedule that is not there. */
export function compileField(name: string, source: FieldSource, calendar: Calendar, place: Place): Field {
  const own = name.startsWith(prefix);
  const path = own ? name.slice(prefix.length) : name;
  const from = own ? 'event' : source;
  const parts = path.split('.');
  if (path === '' || path.length > nameUnitsMax || parts.length > partsMax) {
    throw wrong(place, `a field's name has 1 to ${partsMax} parts and at most ${nameUnitsMax} units`);
  }
  const derive = from === 'event' ? derivations.get(path) : undefined;
  if (derive !== undefined) {
    if (path === 'time.schedule' && calendar.schedule === undefined) {
      throw wrong(place, '`time.schedule` needs `schedule` under `keywitness`; add it');
    }
    return {
      name: path,
      source: from,
      some: (view, test) => someOf(derive(view, calendar), test),
    };
  }
  const look = lookUp(parts);
  return from === 'event'
    ? { name: path, source: from, some: (view, test) => look(view.event.canonical, test) }
    : {
        name: path,
        source: from,
        some(view, test) {
          const record = view.record();
          return record !== undefined && look(record, test);
        },
      };
}

type LookUp = (object: JsonObject, test: (value: Json) => boolean) => boolean;

function lookUp(parts: readonly string[]): LookUp {
  const [first = '', second] = parts;
  if (parts.length === 1) {
    return (object, test) => Object.hasOwn(object, first) && someOf(object[first], test);
  }
  // Names that the parts from one on make together with those that follow: `a`, `a.b`, `a.b.c`.
  const joined = parts.map((_, from) =>
    parts.slice(from).map((_part, to) => parts.slice(from, from + to + 1).join('.')),
  );
  const deep: LookUp = (object, test) => someBelow(object, joined, 0, test);
  if (parts.length !== 2 || second === undefined) return deep;
  // Most fields have two parts, and lie in an object that has no dots in its names.
  const whole = parts.join('.');
  return (object, test) => {
    const inner = Object.hasOwn(object, first) ? object[first] : undefined;
    if (Array.isArray(inner)) return deep(object, test);
    if (isJsonObject(inner) && Object.hasOwn(inner, second) && someOf(inner[second], test)) return true;
    return Object.hasOwn(object, whole) && someOf(object[whole], test);
  };
}

function someBelow(
  value: Json | undefined,
  joined: readonly (readonly string[])[],
  at: number,
  test: (value: Json) => boolean,
): boolean {
  if (at === joined.length) return someOf(value, test);
  if (Array.isArray(value)) return value.some((element: Json) => someBelow(element, joined, at, test));
  if (!isJsonObject(value)) return false;
  const names = joined[at] ?? [];
  for (let length = 0; length < names.length; length += 1) {
    const name = names[length] ?? '';
    if (Object.hasOwn(value, name) && someBelow(value[name], joined, at + length + 1, test)) return true;
  }
  return false;
}

function someOf(value: Json | undefined, test: (value: Json) => boolean): boolean {
  if (value === undefined) return false;
  if (!Array.isArray(value)) return test(value);
  if (value.length === 0) return test(null);
  const elements: readonly Json[] = value;
  for (const element of elements) {
    if (someOf(element, test)) return true;
  }
  return false;
}

/** The texts, numbers and booleans of a field as texts, each once and at most `max`. */
export function textsOf(field: Field, view: EventView, max: number): readonly string[] {
  let texts: string[] = noTexts;
  field.some(view, (value) => {
    const text = typeof value === 'string' ? value : plainText(value);
    if (text === undefined) return false;
    if (texts === noTexts) texts = [text];
    else if (!texts.includes(text)) texts.push(text);
    return texts.length >= max;
  });
  return texts;
}

const noTexts: string[] = [];

/** A number or boolean as text; `undefined` for null and objects. */
export function plainText(value: Json): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
