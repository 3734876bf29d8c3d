import type { Operation } from '../operation.ts';
import { describeCredential, requireCredential, writeCredential } from './credentials.ts';

/** `EnableCredential`: what it signs is accepted again. */
export const enableCredential: Operation = {
  name: 'EnableCredential',
  action: 'credential.enable',
  run(attempt, params) {
    const known = requireCredential(attempt, params, 'keywitness:EnableCredential');
    const record = { ...known, disabled: false, disabledBy: undefined };
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: false } };
    writeCredential(attempt, record);
    return describeCredential(record);
  },
};
