/** The text of one statement in a policy's JSON, by its Sid or as `#n`; `undefined` when there is none. */
export function statementText(document: string, named: string): string | undefined {
  const parsed = parsedOrNothing(document);
  if (!isObject(parsed)) return undefined;
  const { Statement: found } = parsed;
  const statements: readonly unknown[] = Array.isArray(found) ? found : [found];
  const statement = statements.find(
    (candidate, index) => isObject(candidate) && (sidOf(candidate) ?? `#${index}`) === named,
  );
  return statement === undefined ? undefined : JSON.stringify(statement);
}

function parsedOrNothing(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    // Kept as it was stored: one that cannot be read denies everything, and has no statement to show.
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sidOf({ Sid: sid }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof sid === 'string' && sid !== '' ? sid : undefined;
}
