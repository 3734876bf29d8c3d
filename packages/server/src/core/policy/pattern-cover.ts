import { compileGlob } from './glob.ts';
import { ANY, ONE } from './template.ts';

/** Characters that no name in a policy has: they stand for whatever a wildcard of the covered pattern lets in. */
const STRANGE = '\u{1}';
const STRANGE_TOO = '\u{2}';

/**
 * Whether every text that the pattern `inner` matches is matched by `outer` as well; both have `*` and `?`. Asked by
 * example: a `*` of `inner` is tried empty, and longer than `outer` is, so that only a `*` of `outer` can have taken it in.
 */
export function covers(outer: string, inner: string): boolean {
  if (outer === '*' || outer === inner) return true;
  if (!/[*?]/.test(outer)) return false;
  const matches = compileGlob(Array.from(outer, pieceOf));
  const long = STRANGE.repeat(outer.length + 1);
  return ['', long].every((filling) => matches(inner.replaceAll('?', STRANGE_TOO).replaceAll('*', filling)));
}

function pieceOf(character: string): number {
  if (character === '*') return ANY;
  return character === '?' ? ONE : (character.codePointAt(0) ?? 0);
}
