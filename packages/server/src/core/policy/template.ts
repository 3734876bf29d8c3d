import assert from 'node:assert/strict';

/**
 * Answers the condition keys of one request: `name` is the key in lower case, `original` as the policy wrote it.
 * `undefined` when the request has no such key.
 */
export type ConditionLookup = (name: string, original: string) => readonly string[] | undefined;

/** The wildcard `*`: any run of characters, the empty one included. */
export const ANY = -1;
/** The wildcard `?`: any one character. */
export const ONE = -2;

/** A policy variable: `${aws:username}`, or with a default `${aws:PrincipalTag/team, 'all'}`. */
export interface Variable {
  readonly name: string;
  readonly original: string;
  readonly fallback: string | undefined;
}

/** A text of a policy with its wildcards and variables found: Unicode code points, {@link ANY}, {@link ONE}. */
export type Template = readonly (number | Variable)[];

/** What is more than literal in a text of a policy. */
export interface Syntax {
  readonly variables: boolean;
  readonly wildcards: boolean;
}

const VARIABLE = /^([A-Za-z0-9-]+:[^{}$,']+?)(?:\s*,\s*'([^'{}$]*)')?$/;
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
  const [, original, fallback] = VARIABLE.exec(inside) ?? [];
  return original === undefined ? undefined : { name: original.toLowerCase(), original, fallback };
}

/** The template without variables; `undefined` when it has some. */
export function literalPieces(template: Template): readonly number[] | undefined {
  const pieces = template.filter((piece) => typeof piece === 'number');
  return pieces.length === template.length ? pieces : undefined;
}

/**
 * Puts the request's values in the place of variables. A value is literal: its `*` and `?` are no wildcards.
 * `undefined` when a variable has neither exactly one value nor a default; such a text matches nothing.
 */
export function resolveTemplate(template: Template, lookup: ConditionLookup): readonly number[] | undefined {
  const pieces: number[] = [];
  for (const piece of template) {
    if (typeof piece === 'number') {
      pieces.push(piece);
      continue;
    }
    const values = lookup(piece.name, piece.original) ?? [];
    const value = values.length === 1 ? values[0] : values.length === 0 ? piece.fallback : undefined;
    if (value === undefined) return undefined;
    for (const character of value) pieces.push(character.codePointAt(0) ?? 0);
  }
  return pieces;
}

/** Literal pieces as text. */
export function textOf(pieces: readonly number[]): string {
  return pieces.map((piece) => String.fromCodePoint(piece)).join('');
}
