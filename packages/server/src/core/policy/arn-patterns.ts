import { compileGlob } from './glob.ts';
import type { ValueMatcher } from './patterns.ts';
import {
  type ConditionLookup,
  literalPieces,
  oncePerRequest,
  parseTemplate,
  requireTemplate,
  resolveTemplate,
  type Template,
} from './template.ts';

const COLON = 0x3a;
const PARTS = 6;

/** Whether a text can be compared with ARNs: it has their six parts, or is `*`. */
export function isArnPattern(text: string): boolean {
  const template = parseTemplate(text, { variables: true, wildcards: true });
  return text === '*' || (template !== undefined && splitTemplate(template).length === PARTS);
}

/** Compiles patterns that are compared part by part: a `*` does not reach over a colon, except in the last part. */
export function compileArnPatterns(values: readonly string[], variables: boolean): ValueMatcher {
  if (values.includes('*')) return () => true;
  const matchers = values.map((value) => compileArn(value, variables));
  return (actual, lookup) => {
    const own = splitArn(actual);
    return own.length === PARTS && matchers.some((matches) => matches(own, lookup));
  };
}

function compileArn(
  pattern: string,
  variables: boolean,
): (own: readonly string[], lookup: ConditionLookup) => boolean {
  const parts = splitTemplate(requireTemplate(pattern, { variables, wildcards: true })).map(compilePart);
  return (own, lookup) => parts.every((matches, index) => matches(own[index] ?? '', lookup));
}

function compilePart(template: Template): ValueMatcher {
  const pieces = literalPieces(template);
  if (pieces !== undefined) return compileGlob(pieces);
  const matcherOf = oncePerRequest((lookup) => {
    const resolved = resolveTemplate(template, lookup);
    return resolved === undefined ? undefined : compileGlob(resolved);
  });
  return (text, lookup) => matcherOf(lookup)?.(text) === true;
}

/** Splits before variables are filled in: a colon in a value of the request never moves a part of an ARN. */
function splitTemplate(template: Template): readonly Template[] {
  const parts: Template[] = [];
  let start = 0;
  for (const [position, piece] of template.entries()) {
    if (piece !== COLON || parts.length === PARTS - 1) continue;
    parts.push(template.slice(start, position));
    start = position + 1;
  }
  return [...parts, template.slice(start)];
}

function splitArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, PARTS - 1), ...(parts.length < PARTS ? [] : [parts.slice(PARTS - 1).join(':')])];
}
