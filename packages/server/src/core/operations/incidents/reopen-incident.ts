import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { changeIncident, requireIncident } from './known-incidents.ts';
import { hasRoom } from './room.ts';

/** `ReopenIncident`: it is not over, or people are to be told after all. */
export const reopenIncident: Operation = {
  name: 'ReopenIncident',
  action: 'incident.reopen',
  run(attempt, params) {
    const note = params.optionalText('note');
    attempt.note.parameters = { note };
    const known = requireIncident(attempt, params, 'keywitness:ReopenIncident');
    if (known.status !== 'resolved' && known.status !== 'suppressed') {
      throw new OperationError('InvalidState', `the incident \`${known.id}\` is ${known.status} already`);
    }
    if (!hasRoom(attempt, known.ruleName, 'open')) {
      throw new OperationError('LimitExceeded', 'too many incidents are open; resolve others first');
    }
    const change = {
      status: 'open',
      disposition: undefined,
      resolvedAtMs: undefined,
      suppressedBy: undefined,
    } as const;
    const deed = `reopened it${note === undefined ? '' : `: ${note}`}`;
    return changeIncident(attempt, known, change, deed);
  },
};
