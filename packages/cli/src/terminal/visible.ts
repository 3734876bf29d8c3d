/**
 * Control, format, private and unassigned characters, separators but the space, lone surrogates, and what is ignored or
 * blank without being called so (the braille pattern without a dot): all that can move the cursor, colour or reorder
 * text, or hide in it.
 */
const invisible = /(?! )[\p{Cc}\p{Cf}\p{Z}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Text of others made harmless for a terminal: what is not a visible character is spelled out, an escape as `\u{1b}`.
 * Whoever is refused chooses names, user agents and contexts; a terminal must not obey them.
 */
export function visible(text: string): string {
  return text.replaceAll(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * JSON text made harmless for a terminal without changing what it means. RFC 8785 leaves some characters as they are
 * that terminals obey, such as U+009B.
 */
export function visibleJson(json: string): string {
  return json.replaceAll(invisible, (character) =>
    Array.from({ length: character.length }, (_, unit) => escapedUnit(character.charCodeAt(unit))).join(''),
  );
}

function escapedUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
