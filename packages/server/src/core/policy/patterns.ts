import { compileGlob, type Matcher, matchGlob } from './glob.ts';
import {
  ANY,
  type ConditionLookup,
  literalPieces,
  requireTemplate,
  resolveTemplate,
  type Syntax,
  type Template,
  textOf,
} from './template.ts';

/** Says whether a text of the request matches, given the request's condition keys for policy variables. */
export type ValueMatcher = (text: string, lookup: ConditionLookup) => boolean;

/**
 * Compiles a list of texts of a policy into one matcher that any of them satisfies: plain texts by one look into a
 * set, patterns one by one, texts with variables last, because they are put together for each request.
 */
export function compilePatterns(patterns: readonly string[], syntax: Syntax): ValueMatcher {
  const exact = new Set<string>();
  const globs: Matcher[] = [];
  const templates: Template[] = [];
  for (const pattern of patterns) {
    const template = requireTemplate(pattern, syntax);
    const pieces = literalPieces(template);
    if (pieces === undefined) templates.push(template);
    else if (pieces.length === 1 && pieces[0] === ANY) return () => true;
    else if (pieces.every((piece) => piece >= 0)) exact.add(textOf(pieces));
    else globs.push(compileGlob(pieces));
  }
  return (text, lookup) =>
    exact.has(text) || anyMatches(globs, text) || anyTemplateMatches(templates, text, lookup);
}

function anyMatches(matchers: readonly Matcher[], text: string): boolean {
  for (const matcher of matchers) if (matcher(text)) return true;
  return false;
}

function anyTemplateMatches(templates: readonly Template[], text: string, lookup: ConditionLookup): boolean {
  for (const template of templates) {
    const pattern = resolveTemplate(template, lookup);
    if (pattern !== undefined && matchGlob(pattern, text)) return true;
  }
  return false;
}
