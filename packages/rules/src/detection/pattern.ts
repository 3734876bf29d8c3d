/** Where in a text a pattern must lie. */
export type Anchoring = 'whole' | 'start' | 'end' | 'anywhere';

/** Tests a text. */
export type TextTest = (text: string) => boolean;

/** How many wildcards a value may have. */
export const wildcardsMax = 32;

/** A part of a value: a literal text, any number of characters, or one. */
type Token = string | typeof anyNumber | typeof oneCharacter;
const anyNumber = Symbol('any number of characters');
const oneCharacter = Symbol('one character');

/**
 * A value with wildcards (`*`, `?`, escaped by a backslash) as a test, in time that is bounded by the product of the lengths;
 * `undefined` for more than `wildcardsMax` wildcards.
 */
export function compilePattern(value: string, anchoring: Anchoring, isCased: boolean): TextTest | undefined {
  const tokens = tokenize(isCased ? value : value.toLowerCase());
  if (tokens.filter((token) => typeof token === 'symbol').length > wildcardsMax) return undefined;
  const [only, ...more] = tokens;
  const test =
    more.length === 0 && (only === undefined || typeof only === 'string')
      ? literalTest(only ?? '', anchoring)
      : wildcardTest(tokens, anchoring);
  return isCased ? test : (text) => test(text.toLowerCase());
}

/** The text of a value that has no wildcards; `undefined` for one that has. */
export function literalOf(value: string): string | undefined {
  const [only, ...more] = tokenize(value);
  return more.length > 0 || typeof only === 'symbol' ? undefined : (only ?? '');
}

function tokenize(value: string): readonly Token[] {
  const tokens: Token[] = [];
  let literal = '';
  const add = (token: Token): void => {
    if (literal !== '') tokens.push(literal);
    literal = '';
    tokens.push(token);
  };
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    const next = value.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      at += 1;
    } else if (character === '*') {
      // Several in a row say nothing more than one.
      if (literal !== '' || tokens.at(-1) !== anyNumber) add(anyNumber);
    } else if (character === '?') add(oneCharacter);
    else literal += character;
  }
  if (literal !== '') tokens.push(literal);
  return tokens;
}

function literalTest(literal: string, anchoring: Anchoring): TextTest {
  switch (anchoring) {
    case 'whole':
      return (text) => text === literal;
    case 'start':
      return (text) => text.startsWith(literal);
    case 'end':
      return (text) => text.endsWith(literal);
    case 'anywhere':
      return (text) => text.includes(literal);
  }
}

/** What lies between two `*`: literals and single characters. */
type Segment = readonly (string | typeof oneCharacter)[];

function wildcardTest(tokens: readonly Token[], anchoring: Anchoring): TextTest {
  const segments: (string | typeof oneCharacter)[][] = [[]];
  if (anchoring === 'end' || anchoring === 'anywhere') segments.push([]);
  for (const token of tokens) {
    if (token === anyNumber) segments.push([]);
    else segments.at(-1)?.push(token);
  }
  if (anchoring === 'start' || anchoring === 'anywhere') segments.push([]);
  const [first = [], ...others] = segments;
  const last = others.pop();
  if (last === undefined) return (text) => endOf(first, text, 0) === text.length;
  const lastLength = lengthOf(last);
  return (text) => {
    let at = endOf(first, text, 0);
    if (at < 0) return false;
    for (const segment of others) {
      at = findEnd(segment, text, at);
      if (at < 0) return false;
    }
    const from = text.length - lastLength;
    return from >= at && endOf(last, text, from) === text.length;
  };
}

function lengthOf(segment: Segment): number {
  return segment.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);
}

/** Where a segment ends that begins at `from`; -1 when it does not. */
function endOf(segment: Segment, text: string, from: number): number {
  let at = from;
  for (const part of segment) {
    if (typeof part === 'string') {
      if (!text.startsWith(part, at)) return -1;
      at += part.length;
    } else {
      if (at >= text.length) return -1;
      at += 1;
    }
  }
  return at;
}

/** Where the first occurrence of a segment from `from` on ends; -1 when there is none. */
function findEnd(segment: Segment, text: string, from: number): number {
  const [only, ...more] = segment;
  if (only === undefined) return from;
  if (typeof only === 'string' && more.length === 0) {
    const at = text.indexOf(only, from);
    return at < 0 ? -1 : at + only.length;
  }
  for (let at = from; at <= text.length; at += 1) {
    const end = endOf(segment, text, at);
    if (end >= 0) return end;
  }
  return -1;
}
