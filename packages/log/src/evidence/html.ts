/** HTML that is safe to stand in a page. */
export interface Html {
  readonly html: string;
}

/**
 * First and last of the characters that are not seen, or that hide or reorder others. They are listed, because a page
 * must come out the same whatever version of Unicode a reader knows.
 */
const unseen: readonly (readonly [first: number, last: number])[] = [
  [0x0000, 0x001f],
  [0x007f, 0x00a0],
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xffff],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];
/** Most texts are letters and digits, and stay as they are. */
const plain = /^[ !#-%(-;=?-~]*$/;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it is seen: what is chosen by whoever sends a request can neither become markup nor hide anything. */
function escapeText(text: string): string {
  if (plain.test(text)) return text;
  let escaped = '';
  for (const character of text) escaped += escapeCharacter(character);
  return escaped;
}

function escapeCharacter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const isUnseen = unseen.some(([first, last]) => point >= first && point <= last);
  return isUnseen ? `\\u{${point.toString(16)}}` : (entities[character] ?? character);
}

/** Markup, in which whatever is filled in is text unless it is markup itself. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const filled = strings.map((string, index) => `${string}${fill(values[index] ?? '')}`);
  return { html: filled.join('') };
}

function fill(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((part) => part.html).join('');
}

/** Text of several lines, each as it is seen. */
export function htmlLines(text: string): Html {
  return { html: text.split('\n').map(escapeText).join('\n') };
}
