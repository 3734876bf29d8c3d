import * as v from 'valibot';

/** Characters of a member's name in a message. */
const nameCharactersMax = 64;

/** Describes and checks what comes from outside. */
export type Schema<Value> = v.GenericSchema<unknown, Value>;

/** What was made of something from outside. */
export type Reading<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'malformed'; readonly message: string };

/**
 * Reads something from outside.
 *
 * @param what its name in the message, which says what was expected, and never what was there instead: it may be a
 * secret in the wrong place.
 */
export function readWith<Value>(what: string, schema: Schema<Value>, value: unknown): Reading<Value> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { kind: 'read', value: parsed.output };
  return { kind: 'malformed', message: messageOf(what, parsed.issues[0]) };
}

function messageOf(what: string, issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue);
  const where = name === null ? what : `\`${name.slice(0, nameCharactersMax)}\` in ${what}`;
  if (issue.kind !== 'schema') return `could not read ${where}: ${issue.message}`;
  return issue.expected === 'never'
    ? `could not read ${where}: there is no such member`
    : `could not read ${where}: expected ${issue.expected ?? 'something else'}`;
}
