/**
 * First and last of the characters that are not seen, or that hide or reorder others. They are listed, because a report
 * must come out the same whatever version of Unicode a reader knows.
 */
const unseen: readonly (readonly [first: number, last: number])[] = [
  [0x0000, 0x001f],
  [0x007f, 0x00a0],
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x0600, 0x0605],
  [0x061c, 0x061c],
  [0x06dd, 0x06dd],
  [0x070f, 0x070f],
  [0x0890, 0x0891],
  [0x08e2, 0x08e2],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xffff],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1343f],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];
/** Most texts are letters and digits, and stay as they are. */
const plain = /^[ -~]*$/;

/** Text as it is seen: whoever sends a request chooses it, and can hide nothing in it. */
export function seenText(text: string): string {
  if (plain.test(text)) return text;
  let seen = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const isUnseen = unseen.some(([first, last]) => point >= first && point <= last);
    seen += isUnseen ? `\\u{${point.toString(16)}}` : character;
  }
  return seen;
}

/** The same for a text of several lines. */
export function seenLines(text: string): string {
  return text.split('\n').map(seenText).join('\n');
}
