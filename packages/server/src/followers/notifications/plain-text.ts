/** Control characters, and those that turn the direction of writing or cannot be seen: they make a text look like another. */
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;
const ELLIPSIS = '…';
const LOOKED_AT = 4;

/** A text of anybody's as it may be shown in one line: of at most so many UTF-16 units, the last of which says that it was cut. */
export function plainText(text: string, unitsMax: number): string {
  // What is left out anyway need not be looked through.
  const head = text.slice(0, unitsMax * LOOKED_AT);
  const safe = head.toWellFormed().replace(UNSAFE, ' ').trim();
  if (safe.length <= unitsMax && head.length === text.length) return safe;
  const cut = safe.slice(0, unitsMax - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}${ELLIPSIS}`;
}

/**
 * Makes something with texts of at most 1,000 units, then ever shorter ones, until it fits.
 *
 * INVARIANT: with the shortest texts everything fits; the tests of each format show it.
 */
export function fitting<Made>(make: (unitsMax: number) => Made, fits: (made: Made) => boolean): Made {
  for (const unitsMax of [1000, 300, 100]) {
    const made = make(unitsMax);
    if (fits(made)) return made;
  }
  return make(40);
}
