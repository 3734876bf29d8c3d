declare const named: unique symbol;

/**
 * What a key is stored under, behind `key:`: its id, and its Region where that is not the installation's first one. Keys
 * of one id in several Regions are told apart by it. A text of its own type, so that a key's id is not taken for it.
 */
export type KeyName = string & { readonly [named]: true };

/** What a key is stored under. Neither ids nor Regions have an `@`. */
export function keyName({
  id,
  region,
}: {
  readonly id: string;
  readonly region?: string | undefined;
}): KeyName {
  return parseKeyName(region === undefined ? id : `${id}@${region}`);
}

/**
 * Takes a text for what a key is stored under: one that was a {@link KeyName} before it was sent or stored as a text.
 *
 * @throws TypeError when it is empty.
 */
export function parseKeyName(text: string): KeyName {
  if (!isKeyName(text)) throw new TypeError('a key is stored under no name');
  return text;
}

function isKeyName(text: string): text is KeyName {
  return text !== '';
}
