import { fileURLToPath } from 'node:url';
import { type Font, openSync } from 'fontkit';

/** What a report is set in. Each has the letters of Latin, Greek, Cyrillic and some more scripts. */
export const typefaces = {
  serif: 'DejaVuSerif',
  strong: 'DejaVuSerif-Bold',
  sans: 'DejaVuSansCondensed',
  sansStrong: 'DejaVuSansCondensed-Bold',
  mono: 'DejaVuSansMono',
} as const;

/** One of them. */
export type Typeface = keyof typeof typefaces;

/** Scripts from right to left are not set, because they would come out in the wrong order. */
const rightToLeft: readonly (readonly [first: number, last: number])[] = [
  [0x0590, 0x08ff],
  [0xfb1d, 0xfdff],
  [0xfe70, 0xfeff],
  [0x10800, 0x10fff],
  [0x1e800, 0x1efff],
];
const plain = /^[ -~]*$/;
const fonts = new Map<Typeface, Font>();

/** Where the font of a typeface lies. */
export function fontFile(typeface: Typeface): string {
  const folder = import.meta.resolve('dejavu-fonts-ttf/package.json');
  return fileURLToPath(new URL(`ttf/${typefaces[typeface]}.ttf`, folder));
}

/** Text with each character that the typeface cannot show written as its code point, never left out. */
export function settable(text: string, typeface: Typeface): string {
  if (plain.test(text)) return text;
  let settled = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const isShown =
      !rightToLeft.some(([first, last]) => point >= first && point <= last) &&
      fontOf(typeface).hasGlyphForCodePoint(point);
    settled += isShown ? character : `\\u{${point.toString(16)}}`;
  }
  return settled;
}

function fontOf(typeface: Typeface): Font {
  const known = fonts.get(typeface);
  if (known !== undefined) return known;
  const font = openSync(fontFile(typeface));
  if (font.type !== 'TTF') throw new TypeError(`\`${typefaces[typeface]}\` is no font of one typeface`);
  fonts.set(typeface, font);
  return font;
}
