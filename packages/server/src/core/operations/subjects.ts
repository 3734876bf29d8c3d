/** The kinds of subjects that the state is made of; what stands behind the colon is said where each is kept. */
const SUBJECT_KINDS = [
  'account',
  'alias',
  'certificate',
  'channel',
  'credential',
  'document',
  'function',
  'grant',
  'group',
  'identity-provider',
  'incident',
  'key',
  'organization',
  'playbook',
  'policy',
  'principal',
  'quarantine',
  'remediation',
  'response',
  'rule',
  'session',
  'sessions',
  'suppression',
] as const;

/** A kind of subjects. */
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** Splits `key:<id>` into its kind and name. The store holds only what we wrote, so anything else is our fault. */
export function subjectOf(subject: string): { readonly kind: SubjectKind; readonly name: string } {
  const colon = subject.indexOf(':');
  const word = subject.slice(0, colon);
  const kind = SUBJECT_KINDS.find((candidate) => candidate === word);
  if (kind === undefined) throw new TypeError(`the state holds an unknown subject \`${subject}\``);
  return { kind, name: subject.slice(colon + 1) };
}

/**
 * Reads a record that this program wrote itself into the durable store. The store is inside the trust boundary and
 * its schema is versioned, so the shape is taken as written.
 */
export function parseRecord<Value>(record: string): Value;
export function parseRecord<Value>(record: string | null): Value | null;
export function parseRecord<Value>(record: string | null): Value | null {
  if (record === null) return null;
  const value: unknown = JSON.parse(record);
  if (!isAsWritten<Value>(value)) throw new TypeError('the state holds a record that is no object');
  return value;
}

function isAsWritten<Value>(value: unknown): value is Value {
  return typeof value === 'object' && value !== null;
}
