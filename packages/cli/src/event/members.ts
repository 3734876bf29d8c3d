const depthMax = 32;

/** A member of an event with its path, such as `actor.arn`, and its value as text. */
export interface Member {
  readonly path: string;
  readonly value: string;
}

/**
 * Reads a leaf of the log as JSON. Events are looked at as they are, not through a schema, so that nothing in them is
 * left out. A leaf that is no JSON is a text.
 */
export function readEvent(leaf: Uint8Array): unknown {
  const text = new TextDecoder().decode(leaf);
  try {
    const event: unknown = JSON.parse(text);
    return event;
  } catch {
    return text;
  }
}

/** The text or number at a path; `undefined` when there is none. */
export function memberText(event: unknown, ...path: readonly string[]): string | undefined {
  const value = memberAt(event, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Whatever is at a path. */
export function memberAt(event: unknown, ...path: readonly string[]): unknown {
  return path.reduce(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    event,
  );
}

/** The pairs of an object whose values are texts. */
export function textPairs(value: unknown): readonly (readonly [name: string, value: string])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as const] : [],
  );
}

/** Every member of an event, those of members one by one. */
export function allMembers(value: unknown, path = '', depth = 0): readonly Member[] {
  const children = depth < depthMax ? childrenOf(value) : [];
  if (children.length === 0) {
    return [{ path, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  }
  return children.flatMap(([name, child]) =>
    allMembers(child, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}

/** The canonical form of RFC 8785 of an event that was parsed: the text whose bytes are the leaf. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${members.join(',')}}`;
}

function childrenOf(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [String(index), item] as const);
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
