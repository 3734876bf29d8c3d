/** Characters that take two columns. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const combining = /^\p{M}+$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ellipsis = '…';

/** The columns of a terminal that a text takes which `visible` has made harmless. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += graphemeColumns(segment);
  return columns;
}

/** The text if it fits, or its beginning and an ellipsis. */
export function cut(text: string, columnsMax: number): string {
  if (columnsOf(text) <= columnsMax) return text;
  let kept = '';
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    columns += graphemeColumns(segment);
    if (columns > columnsMax - 1) break;
    kept += segment;
  }
  return columnsMax < 1 ? '' : kept + ellipsis;
}

function graphemeColumns(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return combining.test(grapheme) ? 0 : 1;
}
