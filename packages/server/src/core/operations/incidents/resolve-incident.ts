import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Disposition } from '../response-records.ts';
import { changeIncident, requireIncident } from './known-incidents.ts';

const DISPOSITIONS: readonly Disposition[] = ['true-positive', 'benign', 'false-positive', 'test'];

/** `ResolveIncident`: it is over, and turned out to be this. Resolved again, it turned out to be something else. */
export const resolveIncident: Operation = {
  name: 'ResolveIncident',
  action: 'incident.resolve',
  run(attempt, params) {
    const word = params.text('disposition');
    const note = params.optionalText('note');
    attempt.note.parameters = { disposition: word, note };
    const known = requireIncident(attempt, params, 'keywitness:ResolveIncident');
    const disposition = DISPOSITIONS.find((candidate) => candidate === word);
    if (disposition === undefined) {
      throw new OperationError('InvalidInput', `a disposition is one of ${DISPOSITIONS.join(', ')}`);
    }
    const resolvedAtMs = known.resolvedAtMs ?? attempt.nowMs;
    const change = { status: 'resolved', disposition, resolvedAtMs, suppressedBy: undefined } as const;
    const deed = `resolved it as ${disposition}${note === undefined ? '' : `: ${note}`}`;
    return changeIncident(attempt, known, change, deed);
  },
};
