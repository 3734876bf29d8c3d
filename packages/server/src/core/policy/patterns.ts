import { compileGlob, type Matcher } from './glob.ts';
import { Interned } from './interned.ts';
import {
  ANY,
  type ConditionLookup,
  literalPieces,
  oncePerRequest,
  requireTemplate,
  resolveTemplate,
  type Syntax,
  textOf,
} from './template.ts';

/** Says whether a text of the request matches, given the request's condition keys for policy variables. */
export type ValueMatcher = (text: string, lookup: ConditionLookup) => boolean;

const interned = new Interned<ValueMatcher>();

/**
 * Compiles a list of texts of a policy into one matcher that any of them satisfies. Texts with variables are put
 * together once for each request, however many of its values are compared with them.
 */
export function compilePatterns(patterns: readonly string[], syntax: Syntax): ValueMatcher {
  const { variables, wildcards } = syntax;
  return interned.of(JSON.stringify([variables, wildcards, patterns]), () => compileOnce(patterns, syntax));
}

function compileOnce(patterns: readonly string[], syntax: Syntax): ValueMatcher {
  const templates = patterns.map((pattern) => requireTemplate(pattern, syntax));
  const matches = compileAny(templates.map(literalPieces));
  const variable = templates.filter((template) => literalPieces(template) === undefined);
  if (variable.length === 0) return matches;
  const matcherOf = oncePerRequest((lookup) =>
    compileAny(variable.map((template) => resolveTemplate(template, lookup))),
  );
  return (text, lookup) => matches(text) || matcherOf(lookup)(text);
}

/** Plain texts are one look into a set, patterns are tried one by one. */
function compileAny(patterns: readonly (readonly number[] | undefined)[]): Matcher {
  const exact = new Set<string>();
  const globs: Matcher[] = [];
  for (const pieces of patterns) {
    if (pieces === undefined) continue;
    if (pieces.length === 1 && pieces[0] === ANY) return () => true;
    if (pieces.every((piece) => piece >= 0)) exact.add(textOf(pieces));
    else globs.push(compileGlob(pieces));
  }
  const [first] = exact;
  if (exact.size === 1 && globs.length === 0) return (text) => text === first;
  if (globs.length === 0) return (text) => exact.has(text);
  return (text) => exact.has(text) || anyMatches(globs, text);
}

function anyMatches(matchers: readonly Matcher[], text: string): boolean {
  for (const matcher of matchers) if (matcher(text)) return true;
  return false;
}
