import { ANY, ONE, textOf } from './template.ts';

/** Says whether a text matches. */
export type Matcher = (text: string) => boolean;

/** Compiles a pattern of code points and wildcards. The usual shapes are a comparison or a prefix. */
export function compileGlob(pattern: readonly number[]): Matcher {
  const wild = pattern.findIndex((piece) => piece < 0);
  if (wild < 0) {
    const wanted = textOf(pattern);
    return (text) => text === wanted;
  }
  if (wild === pattern.length - 1 && pattern[wild] === ANY) {
    const prefix = textOf(pattern.slice(0, wild));
    return (text) => text.startsWith(prefix);
  }
  return (text) => matchGlob(pattern, text);
}

/**
 * Matches without recursion and without a regular expression: only the last `*` is ever returned to, so that the
 * work is bounded by the length of the text times the length of the pattern, whoever wrote them.
 */
function matchGlob(pattern: readonly number[], text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let retry = 0;
  while (position < text.length) {
    const wanted = pattern[at];
    // Code points are compared, so that `?` never is half a character.
    const character = text.codePointAt(position) ?? 0;
    if (wanted === ANY) {
      star = at;
      retry = position;
      at += 1;
    } else if (wanted === ONE || wanted === character) {
      at += 1;
      position += unitsOf(character);
    } else if (star >= 0) {
      retry += unitsOf(text.codePointAt(retry) ?? 0);
      position = retry;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === ANY) at += 1;
  return at === pattern.length;
}

function unitsOf(character: number): number {
  return character > 0xff_ff ? 2 : 1;
}
