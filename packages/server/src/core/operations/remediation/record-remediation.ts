import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import { responderCaller } from '../responder.ts';
import { describeRemediation, knownRemediation, noteRemediation, writeRemediation } from './remediations.ts';

/** `RecordRemediation`: the service's own act when it is known what came of calling a function. Saying it again changes nothing. */
export const recordRemediation: Operation = {
  name: 'RecordRemediation',
  action: 'remediation.record',
  run(attempt, params) {
    if (attempt.caller !== responderCaller) throw new TypeError('this is an act of the service itself');
    noteRemediation(attempt, params);
    const record = knownRemediation(attempt, params);
    if (record.status === 'done' || record.status === 'failed') return describeRemediation(record);
    if (record.status !== 'calling') {
      throw new OperationError('InvalidState', `the remediation \`${record.id}\` calls no function`);
    }
    const isDone = params.flag('succeeded');
    return writeRemediation(attempt, record, {
      ...record,
      status: isDone ? 'done' : 'failed',
      outcome: clip(params.text('outcome')),
      reason: isDone ? undefined : 'the function could not be called, or refused',
    });
  },
};
