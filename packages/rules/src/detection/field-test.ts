import { RE2JS, RE2JSException } from 're2js';
import { asBoolean, asText, type DocumentNode, type ScalarNode, textUnitsMax } from '../document/index.ts';
import type { Json } from '../event.ts';
import {
  type Calendar,
  compileBlock,
  compileField,
  type Field,
  type FieldSource,
  parseAddress,
} from '../fields/index.ts';
import { type Place, unsupported, wrong } from '../rule-error.ts';
import { compareNumbers, numberOf, onText, type ValueTest } from './comparison.ts';
import { encodeValue } from './encodings.ts';
import { type DecidingField, type EventTest, type FieldTest, isOwnAct } from './expression.ts';
import { type Comparison, type Modifiers, parseModifiers } from './modifiers.ts';
import { type Anchoring, compilePattern, literalOf, type TextTest, wildcardsMax } from './pattern.ts';
import { compileTimeTest } from './time-test.ts';

/** What the fields and values of a document mean. */
export interface Scope {
  readonly source: FieldSource;
  readonly calendar: Calendar;
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
}

const regexUnitsMax = 1024;
/** A regular expression counts for so many values. */
const expressionCost = 16;
/** How many texts a value with placeholders may stand for. */
const expansionsMax = 256;

/** `field|modifiers: value` or a list of values. Throws `RuleError` for what cannot be meant. */
export function parseFieldTest(key: string, node: DocumentNode, scope: Scope): FieldTest {
  const [name = '', ...words] = key.split('|');
  const { place } = node;
  const modifiers = parseModifiers(words, place);
  const field = compileField(name, scope.source, scope.calendar, place);
  const decidedBy = modifiers.fieldref ? undefined : decidingField(field);
  const common = { kind: 'test', words: describeTest(field.name, words, node), decidedBy } as const;
  if (modifiers.comparison === 'exists') {
    const wanted = asBoolean(node);
    return { ...common, ownActs: false, cost: 1, holds: (view) => field.some(view, () => true) === wanted };
  }
  const values = valuesOf(node);
  const cost = values.length * (modifiers.comparison === 're' ? expressionCost : 1);
  if (modifiers.fieldref) {
    return { ...common, ownActs: false, cost, holds: referenceTest(field, values, modifiers, scope) };
  }
  if (modifiers.all && values.length < 2) throw wrong(place, '`all` needs a list of at least two values');
  const tests = valueTests(values, modifiers, scope);
  const holds = modifiers.all ? allTest(field, tests) : anyTest(field, tests);
  const ownActs =
    field.name === 'action' && field.source === 'event' && values.some(({ text }) => isOwnAct(text));
  return { ...common, ownActs, cost, holds: modifiers.neq ? (view) => !holds(view) : holds };
}

function decidingField({ name, source }: Field): DecidingField | undefined {
  if (source === 'record') return name === 'eventName' ? name : undefined;
  return name === 'action' || name === 'outcome' || name === 'protocol.operation' ? name : undefined;
}

/** The values of a test: one, or a list that is not empty. */
export function valuesOf(node: DocumentNode): readonly ScalarNode[] {
  const items = node.kind === 'list' ? node.items : [node];
  if (items.length === 0) throw wrong(node.place, 'a list of values must not be empty');
  return items.map((item) => {
    if (item.kind !== 'scalar') throw wrong(item.place, 'a value is a text, a number, a boolean or null');
    if (item.text.length > textUnitsMax) throw wrong(item.place, `a value has at most ${textUnitsMax} units`);
    return item;
  });
}

/** Null stands for an absent field too, so it is a test of its own kind: `undefined`. */
type MaybeTest = ValueTest | undefined;

function anyTest(field: Field, tests: readonly MaybeTest[]): EventTest {
  const present = tests.filter((test) => test !== undefined);
  const any = anyValueTest(present);
  if (present.length === tests.length) return (view) => field.some(view, any);
  return (view) => field.some(view, any) || !field.some(view, isPresent);
}

function allTest(field: Field, tests: readonly MaybeTest[]): EventTest {
  return (view) =>
    tests.every((test) => (test === undefined ? !field.some(view, isPresent) : field.some(view, test)));
}

function anyValueTest(tests: readonly ValueTest[]): ValueTest {
  const [first, ...more] = tests;
  if (first === undefined) return () => false;
  if (more.length === 0) return first;
  return (value) => {
    for (const test of tests) {
      if (test(value)) return true;
    }
    return false;
  };
}

function isPresent(value: Json): boolean {
  return value !== null;
}

function valueTests(values: readonly ScalarNode[], modifiers: Modifiers, scope: Scope): readonly MaybeTest[] {
  if (modifiers.timePart !== undefined) {
    return values.map((value) => compileTimeTest(value, modifiers, scope.calendar.clock));
  }
  const isPlain = modifiers.comparison === 'whole' && !modifiers.cased && !modifiers.all;
  if (isPlain && !modifiers.expand && modifiers.encodings.length === 0) {
    const set = literalSet(values);
    if (set !== undefined) return [set];
  }
  return values.map((value) => valueTest(value, modifiers, scope));
}

/** Many plain texts at once; `undefined` when there are others among them. */
function literalSet(values: readonly ScalarNode[]): ValueTest | undefined {
  const literals = values.map(({ value }) =>
    typeof value === 'string' ? literalOf(value)?.toLowerCase() : undefined,
  );
  if (literals.length < 2 || !literals.every((literal) => literal !== undefined)) return undefined;
  const set = new Set(literals);
  return onText((text) => set.has(text.toLowerCase()));
}

function valueTest(node: ScalarNode, modifiers: Modifiers, scope: Scope): MaybeTest {
  const { comparison } = modifiers;
  const { value, place, text } = node;
  if (value === null) {
    if (comparison === 'whole') return undefined;
    throw wrong(place, `\`${comparison}\` needs a value`);
  }
  switch (comparison) {
    case 're':
      return onText(expressionTest(asText(node, regexUnitsMax), modifiers.flags, place));
    case 'cidr':
      return blockTest(text, place);
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return numberTest(comparison, text, place);
    case 'exists':
    case 'whole':
    case 'contains':
    case 'startswith':
    case 'endswith':
      break;
  }
  const texts = modifiers.expand ? expand(text, scope.placeholders, place) : [text];
  const tests = texts.map((one) => patternTest(one, modifiers, place));
  const test = onText((candidate) => tests.some((one) => one(candidate)));
  if (typeof value !== 'number' || comparison !== 'whole') return test;
  return (candidate) => candidate === value || test(candidate);
}

function patternTest(text: string, { comparison, cased, encodings }: Modifiers, place: Place): TextTest {
  const anchoring = anchoringOf(comparison);
  if (text === '' && anchoring !== 'whole') {
    throw wrong(place, `\`${comparison}\` needs a text that is not empty`);
  }
  const encoded = encodings.length === 0 ? [text] : encodeValue(text, encodings)?.map(escape);
  if (encoded === undefined) {
    throw wrong(place, 'the encodings must end with one of `base64` and `base64offset`');
  }
  const patterns = encoded.map((one) => compilePattern(one, anchoring, cased));
  if (!patterns.every((pattern) => pattern !== undefined)) {
    throw wrong(place, `a value has at most ${wildcardsMax} wildcards`);
  }
  return (candidate) => patterns.some((pattern) => pattern(candidate));
}

function escape(literal: string): string {
  return literal.replaceAll(/[\\*?]/g, '\\$&');
}

function anchoringOf(comparison: Comparison): Anchoring {
  if (comparison === 'contains') return 'anywhere';
  if (comparison === 'startswith') return 'start';
  return comparison === 'endswith' ? 'end' : 'whole';
}

/** A regular expression in RE2's language. */
export function expressionTest(pattern: string, flags: ReadonlySet<string>, place: Place): TextTest {
  const bits =
    (flags.has('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.has('m') ? RE2JS.MULTILINE : 0) |
    (flags.has('s') ? RE2JS.DOTALL : 0);
  try {
    const expression = RE2JS.compile(pattern, bits);
    return (text) => expression.test(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw unsupported(
      place,
      `this regular expression is none of RE2's: ${error.message}; there are no look-arounds and back-references`,
    );
  }
}

function blockTest(text: string, place: Place): ValueTest {
  const block = compileBlock(text);
  if (block === undefined) {
    throw wrong(place, `\`${text}\` is no block of addresses; write \`10.0.0.0/8\` or \`2001:db8::/32\``);
  }
  return onText((candidate) => {
    const address = parseAddress(candidate);
    return address !== undefined && block(address);
  });
}

function numberTest(comparison: 'lt' | 'lte' | 'gt' | 'gte', text: string, place: Place): ValueTest {
  const wanted = numberOf(text);
  if (wanted === undefined) throw wrong(place, `\`${comparison}\` needs a number`);
  return (value) => {
    const number =
      typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : undefined;
    return number !== undefined && compareNumbers(comparison, number, wanted);
  };
}

function expand(
  text: string,
  placeholders: ReadonlyMap<string, readonly string[]>,
  place: Place,
): readonly string[] {
  const match = /(?<!\\)%([A-Za-z0-9_.-]+)(?<!\\)%/.exec(text);
  const [whole, name = ''] = match ?? [];
  if (match === null || whole === undefined) return [text.replaceAll('\\%', '%')];
  const values = placeholders.get(name);
  if (values === undefined) {
    throw wrong(
      place,
      `nothing says what \`${whole}\` stands for; add \`placeholders: {${name}: [...]}\` under \`keywitness\``,
    );
  }
  const rest = expand(text.slice(match.index + whole.length), placeholders, place);
  const texts = values.flatMap((value) =>
    rest.map((end) => `${text.slice(0, match.index)}${escape(value)}${end}`),
  );
  if (texts.length > expansionsMax) throw wrong(place, `a value stands for at most ${expansionsMax} texts`);
  return texts;
}

function referenceTest(
  field: Field,
  values: readonly ScalarNode[],
  { comparison, cased, neq, all }: Modifiers,
  scope: Scope,
): EventTest {
  const others = values.map((value) =>
    compileField(asText(value), scope.source, scope.calendar, value.place),
  );
  const fold = (text: string): string => (cased ? text : text.toLowerCase());
  const compare = (left: string, right: string): boolean => {
    if (comparison === 'contains') return left.includes(right);
    if (comparison === 'startswith') return left.startsWith(right);
    return comparison === 'endswith' ? left.endsWith(right) : left === right;
  };
  const tests = others.map(
    (other): EventTest =>
      (view) =>
        field.some(
          view,
          onText((left) =>
            other.some(
              view,
              onText((right) => compare(fold(left), fold(right))),
            ),
          ),
        ),
  );
  const holds: EventTest = (view) =>
    all ? tests.every((test) => test(view)) : tests.some((test) => test(view));
  return neq ? (view) => !holds(view) : holds;
}

const comparisonWords: Readonly<Record<string, string>> = {
  contains: 'contains',
  startswith: 'begins with',
  endswith: 'ends with',
  re: 'matches',
  cidr: 'is in',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
};
const valuesShownMax = 8;

function describeTest(name: string, words: readonly string[], node: DocumentNode): string {
  if (words.includes('exists')) {
    return node.kind === 'scalar' && node.value === true ? `there is \`${name}\`` : `there is no \`${name}\``;
  }
  const verb = words.map((word) => comparisonWords[word]).find((word) => word !== undefined) ?? 'is';
  const values = (node.kind === 'list' ? node.items : [node]).map((item) =>
    item.kind === 'scalar' ? (item.value === null ? 'absent' : `\`${item.text}\``) : '...',
  );
  const shown = values.slice(0, valuesShownMax).join(words.includes('all') ? ' and ' : ' or ');
  const more = values.length > valuesShownMax ? ` or ${values.length - valuesShownMax} others` : '';
  const others = words.filter(
    (word) => comparisonWords[word] === undefined && word !== 'all' && word !== 'neq',
  );
  const part = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return `${words.includes('neq') ? 'not: ' : ''}\`${name}\`${part} ${verb} ${shown}${more}`;
}
