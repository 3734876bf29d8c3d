import { decodeUtf8 } from '../encoding/index.ts';

const depthMax = 32;

/** An event as parsed; `undefined` when the entry is no JSON. */
export function parseEvent(entry: Uint8Array): unknown {
  const text = decodeUtf8(entry);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // JSON.parse throws for what is not JSON and for nothing else; that is the answer here.
    return undefined;
  }
}

/** Whatever is at a path of an event. */
export function memberAt(event: unknown, ...path: readonly string[]): unknown {
  return path.reduce(
    (value, name) => (isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    event,
  );
}

/** The text or number at a path, else nothing. */
export function textAt(event: unknown, ...path: readonly string[]): string {
  const value = memberAt(event, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The members of an object, or none. */
export function membersOf(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  return isMembers(value) ? Object.entries(value) : [];
}

/** Every member with its path, those of members one by one, as deep as they go. */
export function allMembers(
  value: unknown,
  path = '',
  depth = 0,
): readonly (readonly [path: string, text: string])[] {
  const members = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index), item] as const)
    : membersOf(value);
  if (members.length === 0 || depth >= depthMax) {
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return members.flatMap(([name, member]) =>
    allMembers(member, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
