import { type Place, unsupported, wrong } from '../rule-error.ts';

/** How the values of a field test are compared. */
export type Comparison =
  | 'whole'
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'exists'
  | 're'
  | 'cidr'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte';

export type Encoding = 'base64' | 'base64offset' | 'utf16le' | 'utf16be' | 'utf16';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** What the words after a field's name ask for. */
export interface Modifiers {
  readonly comparison: Comparison;
  readonly all: boolean;
  readonly cased: boolean;
  readonly neq: boolean;
  readonly expand: boolean;
  readonly fieldref: boolean;
  readonly timePart: TimePart | undefined;
  /** In this order. */
  readonly encodings: readonly Encoding[];
  /** Of `re`. */
  readonly flags: ReadonlySet<string>;
}

const comparisons: ReadonlySet<string> = new Set<Comparison>([
  'contains',
  'startswith',
  'endswith',
  'exists',
  're',
  'cidr',
  'lt',
  'lte',
  'gt',
  'gte',
]);
const timeParts: ReadonlySet<string> = new Set<TimePart>(['minute', 'hour', 'day', 'week', 'month', 'year']);
const encodings: ReadonlyMap<string, Encoding> = new Map([
  ['base64', 'base64'],
  ['base64offset', 'base64offset'],
  ['utf16le', 'utf16le'],
  ['utf16be', 'utf16be'],
  ['utf16', 'utf16'],
  ['wide', 'utf16le'],
]);
const texts: ReadonlySet<Comparison> = new Set<Comparison>(['whole', 'contains', 'startswith', 'endswith']);
const numbers: ReadonlySet<Comparison> = new Set<Comparison>(['whole', 'lt', 'lte', 'gt', 'gte']);

/** The modifiers of `field|a|b`. Throws `RuleError` for those that are unknown, unsupported, or make no sense together. */
export function parseModifiers(words: readonly string[], place: Place): Modifiers {
  let comparison: Comparison = 'whole';
  let timePart: TimePart | undefined;
  const found: Encoding[] = [];
  const flags = new Set<string>();
  const switches = new Set<string>();
  for (const word of words) {
    const encoding = encodings.get(word);
    if (isComparison(word)) {
      if (comparison !== 'whole') {
        throw wrong(place, `\`${comparison}\` and \`${word}\` cannot be used together`);
      }
      comparison = word;
    } else if (isTimePart(word)) {
      if (timePart !== undefined) {
        throw wrong(place, `\`${timePart}\` and \`${word}\` cannot be used together`);
      }
      timePart = word;
    } else if (encoding !== undefined) found.push(encoding);
    else if (
      word === 'all' ||
      word === 'cased' ||
      word === 'neq' ||
      word === 'expand' ||
      word === 'fieldref'
    ) {
      switches.add(word);
    } else if ((word === 'i' || word === 'm' || word === 's') && comparison === 're') flags.add(word);
    else if (word === 'windash') {
      throw unsupported(
        place,
        '`windash` is about Windows command lines, and there are none in the record; remove it',
      );
    } else throw unsupported(place, `the modifier \`${word}\` is not known here; see spec/rules.md`);
  }
  const modifiers = {
    comparison,
    all: switches.has('all'),
    cased: switches.has('cased'),
    neq: switches.has('neq'),
    expand: switches.has('expand'),
    fieldref: switches.has('fieldref'),
    timePart,
    encodings: found,
    flags,
  };
  const clash = clashOf(modifiers);
  if (clash !== undefined) throw wrong(place, `these modifiers cannot be used together: ${clash}`);
  return modifiers;
}

function isComparison(word: string): word is Exclude<Comparison, 'whole'> {
  return comparisons.has(word);
}

function isTimePart(word: string): word is TimePart {
  return timeParts.has(word);
}

function clashOf(modifiers: Modifiers): string | undefined {
  const { comparison, all, cased, neq, expand, fieldref, timePart } = modifiers;
  const isText = texts.has(comparison);
  if (modifiers.encodings.length > 0 && !isText) return `an encoding and \`${comparison}\``;
  if (timePart !== undefined && !numbers.has(comparison)) return `\`${timePart}\` and \`${comparison}\``;
  if (timePart !== undefined && (cased || fieldref || expand || modifiers.encodings.length > 0)) {
    return `\`${timePart}\` and what is about texts`;
  }
  if (cased && !isText) return `\`cased\` and \`${comparison}\``;
  if (fieldref && (!isText || expand || modifiers.encodings.length > 0)) {
    return '`fieldref` and what is about values';
  }
  if (comparison === 'exists' && (all || neq || expand)) return '`exists` and what is about values';
  return all && neq ? '`all` and `neq`' : undefined;
}
