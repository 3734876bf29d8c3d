/** A request target, taken apart and percent-decoded. */
export interface RequestTarget {
  /** The parts of the path between its slashes, without the first, empty one. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** What of a target can be read. */
export type TargetReading =
  | { readonly kind: 'read'; readonly target: RequestTarget }
  | { readonly kind: 'malformed'; readonly path: readonly string[]; readonly message: string };

/**
 * Reads a request target as RFC 3986 has it: `+` is itself. A name that stands in the query twice has no meaning
 * here, and is refused.
 */
export function readTarget(text: string): TargetReading {
  const question = text.indexOf('?');
  const rawPath = question < 0 ? text : text.slice(0, question);
  const path = rawPath.split('/').slice(1).map(decode);
  const known = path.filter((part) => part !== undefined);
  if (known.length < path.length) {
    return {
      kind: 'malformed',
      path: known,
      message: 'the path of the request is not percent-encoded UTF-8',
    };
  }
  const query = new Map<string, string>();
  for (const field of question < 0 ? [] : text.slice(question + 1).split('&')) {
    if (field === '') continue;
    const equals = field.indexOf('=');
    const name = decode(equals < 0 ? field : field.slice(0, equals));
    const value = decode(equals < 0 ? '' : field.slice(equals + 1));
    const problem = problemOf(name, value, query);
    if (problem !== undefined) return { kind: 'malformed', path: known, message: problem };
    query.set(name ?? '', value ?? '');
  }
  return { kind: 'read', target: { path: known, query: Object.fromEntries(query) } };
}

function problemOf(
  name: string | undefined,
  value: string | undefined,
  query: ReadonlyMap<string, string>,
): string | undefined {
  if (name === undefined || value === undefined) {
    return 'the query of the request is not percent-encoded UTF-8';
  }
  return query.has(name) ? 'the query of the request gives a parameter twice' : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
