import type {
  ChannelRecord,
  FunctionRecord,
  IncidentRecord,
  PlaybookRecord,
  RemediationRecord,
} from '../../core/operations/index.ts';
import type { SqliteReader } from '../../stores/sqlite/index.ts';

/** The part of the state that telling and remediation look at, as it is now. */
export interface ResponseState {
  readonly channels: () => readonly ChannelRecord[];
  readonly playbooks: () => readonly PlaybookRecord[];
  readonly incident: (id: string) => IncidentRecord | undefined;
  readonly remediation: (id: string) => RemediationRecord | undefined;
  /** Those that are approved or whose function is to be called. */
  readonly unfinished: () => readonly RemediationRecord[];
  readonly function: (name: string) => FunctionRecord | undefined;
}

/** Reads it from the store whenever it is asked for: few things are, and rarely. */
export function responseState(store: Pick<SqliteReader, 'record' | 'records'>): ResponseState {
  const one = <Value>(subject: string): Value | undefined => {
    const text = store.record(subject);
    return text === undefined ? undefined : parse<Value>(text);
  };
  const all = <Value>(kind: string): readonly Value[] => store.records(kind).map(parse<Value>);
  return {
    channels: () => all<ChannelRecord>('channel'),
    playbooks: () => all<PlaybookRecord>('playbook'),
    incident: (id) => one<IncidentRecord>(`incident:${id}`),
    remediation: (id) => one<RemediationRecord>(`remediation:${id}`),
    unfinished: () =>
      all<RemediationRecord>('remediation').filter(
        ({ status }) => status === 'approved' || status === 'calling',
      ),
    function: (name) => one<FunctionRecord>(`function:${name}`),
  };
}

function parse<Value>(text: string): Value {
  const value: unknown = JSON.parse(text);
  if (isAsWritten<Value>(value)) return value;
  throw new TypeError('the state holds a record that is no object');
}

/** The store is inside the trust boundary and its schema is versioned, so the shape is taken as written. */
function isAsWritten<Value>(value: unknown): value is Value {
  return typeof value === 'object' && value !== null;
}
