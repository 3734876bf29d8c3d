import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Replica } from '../replica.ts';
import type { IncidentRecord } from '../response-records.ts';
import { RETENTION_MS } from './findings.ts';

/**
 * The service's own act on an incident that is over for long: it leaves the state, and stays in the log. Nothing but the
 * scheduler calls it.
 */
export const forgetIncident: Operation = {
  name: 'ForgetIncident',
  action: 'incident.forget',
  run(attempt, params) {
    const id = params.text('incidentId');
    attempt.note.parameters = { incident: id };
    const known = attempt.view.incident(id);
    if (known === undefined || !isPast(known, attempt.nowMs)) {
      throw new OperationError('InvalidState', `the incident \`${id}\` is not to be forgotten`);
    }
    const { disposition, ruleName, status } = known;
    attempt.note.change = { before: { disposition, rule: ruleName, status } };
    attempt.write(`incident:${id}`, null);
    return {};
  },
};

/** Incidents that are to be forgotten. */
export function incidentsPast({ incidents }: Replica, nowMs: number): readonly string[] {
  return [...incidents.values()].filter((record) => isPast(record, nowMs)).map(({ id }) => id);
}

function isPast({ status, updatedAtMs }: IncidentRecord, nowMs: number): boolean {
  return (status === 'resolved' || status === 'suppressed') && updatedAtMs <= nowMs - RETENTION_MS;
}
