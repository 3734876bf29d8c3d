import { memberAt, memberText } from '../event/index.ts';

/** What a cell of the copy can hold. */
export type Cell = string | number | null;

interface Column {
  readonly name: string;
  readonly type: 'TEXT' | 'INTEGER';
  readonly read: (event: unknown) => Cell;
}

/** The columns of `events` behind `log_index`, in the order of `docs/cli.md`; the last two are all of the event. */
const columns: readonly Column[] = [
  text('time', 'time'),
  text('event_id', 'id'),
  text('action', 'action'),
  text('outcome', 'outcome'),
  text('error_code', 'error', 'code'),
  text('error_message', 'error', 'message'),
  text('actor_type', 'actor', 'type'),
  text('actor_arn', 'actor', 'arn'),
  text('actor_name', 'actor', 'name'),
  text('account', 'actor', 'account'),
  text('credential_id', 'actor', 'credentialId'),
  text('session_name', 'actor', 'session', 'name'),
  text('source_identity', 'actor', 'session', 'sourceIdentity'),
  text('issuer', 'actor', 'session', 'issuer'),
  text('subject', 'actor', 'session', 'subject'),
  text('key_id', 'key', 'id'),
  text('key_arn', 'key', 'arn'),
  text('key_requested', 'key', 'requested'),
  text('source_key_id', 'sourceKey', 'id'),
  text('source_key_arn', 'sourceKey', 'arn'),
  text('source', 'client', 'address'),
  text('user_agent', 'client', 'userAgent'),
  text('front', 'protocol', 'front'),
  text('service', 'protocol', 'service'),
  text('operation', 'protocol', 'operation'),
  text('request_id', 'requestId'),
  text('justification', 'justification'),
  { name: 'duration_us', type: 'INTEGER', read: (event) => integer(memberAt(event, 'durationUs')) },
  { name: 'count', type: 'INTEGER', read: (event) => integer(memberAt(event, 'count')) ?? 1 },
  json('context', 'context'),
  json('source_context', 'sourceContext'),
];

/** The statements that make the empty copy: the table `events`, and the view `assets` with a row for every pair. */
export const copySchema: string = `
  CREATE TABLE events (
    log_index INTEGER PRIMARY KEY,
    ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')},
    event TEXT NOT NULL
  ) STRICT;
  CREATE VIEW assets AS
    SELECT log_index, pair.key AS name, pair.value AS value FROM events, json_each(context) AS pair
    UNION
    SELECT log_index, pair.key AS name, pair.value AS value FROM events, json_each(source_context) AS pair;
`;

/** Adds a row of `events`. */
export const insertEvent: string = `INSERT INTO events VALUES (${Array.from({ length: columns.length + 2 }, () => '?').join(', ')})`;

/** The row of an event; `text` is its canonical text. */
export function eventCells(index: number, event: unknown, canonical: string): readonly Cell[] {
  return [index, ...columns.map(({ read }) => read(event)), canonical];
}

function text(name: string, ...path: readonly string[]): Column {
  return { name, type: 'TEXT', read: (event) => memberText(event, ...path) ?? null };
}

function json(name: string, member: string): Column {
  return {
    name,
    type: 'TEXT',
    read(event) {
      const value = memberAt(event, member);
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : null;
    },
  };
}

function integer(value: unknown): number | null {
  return Number.isSafeInteger(value) ? Number(value) : null;
}
