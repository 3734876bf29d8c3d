import assert from 'node:assert/strict';

/** Answers the condition keys of one request by their names in lower case; `undefined` when it has no such key. */
export type ConditionLookup = (name: string) => readonly string[] | undefined;

/** The wildcard `*`: any run of characters, the empty one included. */
export const ANY = -1;
/** The wildcard `?`: any one character. */
export const ONE = -2;

/** A policy variable: `${aws:username}`, or with a default `${aws:PrincipalTag/team, 'all'}`. */
export interface Variable {
  /** In lower case. */
  readonly name: string;
  readonly fallback: string | undefined;
}

/** A text of a policy with its wildcards and variables found: Unicode code points, {@link ANY}, {@link ONE}. */
export type Template = readonly (number | Variable)[];

/** What is more than literal in a text of a policy. */
export interface Syntax {
  readonly variables: boolean;
  readonly wildcards: boolean;
}

const VARIABLE = /^([A-Za-z0-9][A-Za-z0-9._~/-]*:[^{}$,']+?)(?:\s*,\s*'([^'{}$]*)')?$/;
const ESCAPES: ReadonlySet<string> = new Set(['*', '?', '$']);

/** Finds wildcards and variables in `text`; `undefined` when a `${` does not begin a policy variable. */
export function parseTemplate(text: string, syntax: Syntax): Template | undefined {
  const pieces: (number | Variable)[] = [];
  let position = 0;
  while (position < text.length) {
    if (syntax.variables && text.startsWith('${', position)) {
      const end = text.indexOf('}', position);
      const piece = end < 0 ? undefined : parseVariable(text.slice(position + 2, end));
      if (piece === undefined) return undefined;
      pieces.push(piece);
      position = end + 1;
    } else {
      const character = text.codePointAt(position) ?? 0;
      pieces.push(syntax.wildcards ? wildcardOr(character) : character);
      position += character > 0xff_ff ? 2 : 1;
    }
  }
  return pieces;
}

/** {@link parseTemplate} for a text that reading the policy has accepted. */
export function requireTemplate(text: string, syntax: Syntax): Template {
  const template = parseTemplate(text, syntax);
  assert.ok(template !== undefined, 'a policy was compiled that was not read by parsePolicy');
  return template;
}

function wildcardOr(character: number): number {
  if (character === 0x2a) return ANY;
  return character === 0x3f ? ONE : character;
}

/** `${*}`, `${?}` and `${$}` stand for the character itself. */
function parseVariable(inside: string): number | Variable | undefined {
  if (ESCAPES.has(inside)) return inside.codePointAt(0);
  const [, name, fallback] = VARIABLE.exec(inside) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), fallback };
}

/**
 * How much work matching a text can be for each character that it is matched with: nothing to speak of, unless
 * something follows a `*`; then a match may be tried again and again over all that follows.
 */
export function costOf(template: Template): number {
  const star = template.indexOf(ANY);
  if (star < 0 || star === template.length - 1) return 0;
  return template.reduce<number>(
    (cost, piece) => cost + (typeof piece === 'number' ? 1 : VARIABLE_UNITS_MAX),
    0,
  );
}

/** The template without variables; `undefined` when it has some. */
export function literalPieces(template: Template): readonly number[] | undefined {
  const pieces = template.filter((piece) => typeof piece === 'number');
  return pieces.length === template.length ? pieces : undefined;
}

/** A longer value of a variable is as good as none: what a caller sends must not make patterns costly. */
const VARIABLE_UNITS_MAX = 256;

/**
 * Puts the request's values in the place of variables. A value is literal: its `*` and `?` are no wildcards.
 * `undefined` when a variable has neither exactly one value nor a default, or a value that is too long; such a text
 * matches nothing.
 */
export function resolveTemplate(template: Template, lookup: ConditionLookup): readonly number[] | undefined {
  const pieces: number[] = [];
  for (const piece of template) {
    if (typeof piece === 'number') {
      pieces.push(piece);
      continue;
    }
    const values = lookup(piece.name) ?? [];
    const value = values.length === 1 ? values[0] : values.length === 0 ? piece.fallback : undefined;
    if (value === undefined || value.length > VARIABLE_UNITS_MAX) return undefined;
    for (const character of value) pieces.push(character.codePointAt(0) ?? 0);
  }
  return pieces;
}

/**
 * Computes something from the condition keys of a request once. Requests can have a thousand values, and policies a
 * thousand texts with variables: they must not be put together for each pair of them.
 */
export function oncePerRequest<Value>(
  compute: (lookup: ConditionLookup) => Value,
): (lookup: ConditionLookup) => Value {
  const known = new WeakMap<ConditionLookup, { readonly value: Value }>();
  return (lookup) => {
    const found = known.get(lookup) ?? { value: compute(lookup) };
    known.set(lookup, found);
    return found.value;
  };
}

/** Says whether a request leaves open what some text of a policy means. */
type Doubt = (lookup: ConditionLookup) => boolean;

/**
 * Whether the request has, for a variable in one of these texts, something that cannot stand in its place: several
 * values, or one that is too long. Most of them are the caller's own choice, so that nothing may be gained by it.
 * `undefined` when there are no variables.
 */
export function compileDoubt(texts: readonly string[], variables: boolean): Doubt | undefined {
  const names = new Set<string>();
  for (const piece of texts.flatMap((text) => requireTemplate(text, { variables, wildcards: true }))) {
    if (typeof piece !== 'number') names.add(piece.name);
  }
  if (names.size === 0) return undefined;
  const all = [...names];
  return (lookup) =>
    all.some((name) => {
      const values = lookup(name) ?? [];
      return values.length > 1 || (values[0] ?? '').length > VARIABLE_UNITS_MAX;
    });
}

/** Literal pieces as text. */
export function textOf(pieces: readonly number[]): string {
  return pieces.map((piece) => String.fromCodePoint(piece)).join('');
}
