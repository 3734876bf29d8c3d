import type { Operation } from '../operation.ts';
import { changeIncident, requireIncident } from './known-incidents.ts';

/** `AssignIncident`: says whose it is; without an assignee, nobody's. */
export const assignIncident: Operation = {
  name: 'AssignIncident',
  action: 'incident.assign',
  run(attempt, params) {
    const assignee = params.optionalText('assignee');
    attempt.note.parameters = { assignee };
    const known = requireIncident(attempt, params, 'keywitness:AssignIncident');
    return changeIncident(attempt, known, { assignee }, `assigned it to ${assignee ?? 'nobody'}`);
  },
};
