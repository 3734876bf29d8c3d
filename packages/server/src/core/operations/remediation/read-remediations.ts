import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { authorizeResponse, describeRemediation, requireRemediation } from './remediations.ts';

const LIMIT_DEFAULT = 100;

/** `GetRemediation`. */
export const getRemediation: Operation = {
  name: 'GetRemediation',
  action: 'remediation.read',
  run: (attempt, params) => describeRemediation(requireRemediation(attempt, params, 'GetRemediation')),
};

/** `ListRemediations`: sorted by id; only those of one incident, or of one status, when asked. */
export const listRemediations: Operation = {
  name: 'ListRemediations',
  action: 'remediation.list',
  run(attempt, params) {
    const incidentId = params.optionalText('incidentId');
    const status = params.optionalText('status');
    attempt.note.parameters = { incident: incidentId, status };
    authorizeResponse(attempt, 'ListRemediations');
    const all = attempt.view.peek.remediations;
    const wanted = [...all.values()].filter(
      (record) =>
        (incidentId === undefined || record.incidentId === incidentId) &&
        (status === undefined || record.status === status),
    );
    const page = pageOf(wanted.map(({ id }) => id).sort(), params, LIMIT_DEFAULT);
    const remediations = page.names.flatMap((id) => {
      const record = all.get(id);
      return record === undefined ? [] : [describeRemediation(record)];
    });
    return { remediations, next: page.nextMarker };
  },
};
