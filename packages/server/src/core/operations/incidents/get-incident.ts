import type { Operation } from '../operation.ts';
import { describeIncident, requireIncident } from './known-incidents.ts';

/** `GetIncident`: an incident with what it rests on, what was said, and what was done about it. */
export const getIncident: Operation = {
  name: 'GetIncident',
  action: 'incident.read',
  run(attempt, params) {
    const record = requireIncident(attempt, params, 'keywitness:GetIncident');
    return describeIncident(record, attempt.view.peek);
  },
};
