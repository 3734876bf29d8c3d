import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { changeIncident, requireIncident } from './known-incidents.ts';

/** `AcknowledgeIncident`: somebody looks after it; the caller, if it was nobody's. */
export const acknowledgeIncident: Operation = {
  name: 'AcknowledgeIncident',
  action: 'incident.acknowledge',
  run(attempt, params) {
    const known = requireIncident(attempt, params, 'keywitness:AcknowledgeIncident');
    if (known.status === 'resolved' || known.status === 'suppressed') {
      const message = `the incident \`${known.id}\` is ${known.status}; reopen it to look after it`;
      throw new OperationError('InvalidState', message);
    }
    const assignee = known.assignee ?? attempt.caller.principalArn;
    return changeIncident(attempt, known, { status: 'acknowledged', assignee }, 'acknowledged it');
  },
};
