/** Warnings that an event names; of more, the first ones. */
const WARNINGS_MAX = 32;
/** UTF-16 units of a statement's name that a warning shows. */
const STATEMENT_MAX = 64;

/** A warning, as far as it is noted. */
interface Noted {
  readonly code: string;
  readonly sid?: string | undefined;
  readonly statementIndex?: number | undefined;
}

/**
 * Warnings about a policy as events have them (`spec/policy.md`, "warnings"): codes, each with the statement that it is
 * about; `undefined` when there are none.
 */
export function warningNotes(warnings: readonly Noted[]): readonly string[] | undefined {
  const notes = warnings.map(({ code, sid, statementIndex }) =>
    statementIndex === undefined ? code : `${code} ${sid?.slice(0, STATEMENT_MAX) ?? `#${statementIndex}`}`,
  );
  return notes.length === 0 ? undefined : [...new Set(notes)].slice(0, WARNINGS_MAX);
}
