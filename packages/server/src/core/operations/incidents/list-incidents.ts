import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { IncidentRecord, Level } from '../response-records.ts';
import { summarizeIncident } from './known-incidents.ts';

const LIMIT_DEFAULT = 100;
const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];
const TIME_DIGITS = 16;

/** `ListIncidents`: those that fit all that is given, the one that was opened last first. */
export const listIncidents: Operation = {
  name: 'ListIncidents',
  action: 'incident.list',
  run(attempt, params) {
    attempt.note.parameters = {
      assignee: params.optionalText('assignee'),
      entity: params.textMap('entity'),
      level: params.optionalText('level'),
      rule: params.optionalText('rule'),
      status: params.optionalText('status'),
    };
    authorizeOnRecord(attempt, 'keywitness:ListIncidents');
    const fitting = new Map<string, IncidentRecord>();
    for (const record of attempt.view.peek.incidents.values()) {
      if (fits(record, params)) fitting.set(placeOf(record), record);
    }
    const page = pageOf([...fitting.keys()].sort(), params, LIMIT_DEFAULT);
    const incidents = page.names.flatMap((place) => {
      const record = fitting.get(place);
      return record === undefined ? [] : [summarizeIncident(record)];
    });
    return { incidents, next: page.nextMarker };
  },
};

function fits(record: IncidentRecord, params: Params): boolean {
  const rule = params.optionalText('rule');
  const assignee = params.optionalText('assignee');
  const entity = Object.entries(params.textMap('entity') ?? {});
  return (
    hasStatus(record, params.optionalText('status')) &&
    (rule === undefined || record.ruleName === rule) &&
    (assignee === undefined || record.assignee === assignee) &&
    isAsBadAs(record, params.optionalText('level')) &&
    entity.every(([name, value]) => record.entity[name] === value)
  );
}

function hasStatus({ status }: IncidentRecord, asked: string | undefined): boolean {
  if (asked === 'unresolved') return status === 'open' || status === 'acknowledged';
  return asked === undefined || status === asked;
}

function isAsBadAs({ level }: IncidentRecord, asked: string | undefined): boolean {
  const least = LEVELS.findIndex((candidate) => candidate === asked);
  return LEVELS.indexOf(level) >= least;
}

/** Sorts newest first, and those of the same millisecond by id. */
function placeOf({ id, openedAtMs }: IncidentRecord): string {
  return `${String(Number.MAX_SAFE_INTEGER - openedAtMs).padStart(TIME_DIGITS, '0')} ${id}`;
}
