import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';

/** `EnableKey`. Enabling an enabled key succeeds and changes nothing. */
export const enableKey: Operation = {
  name: 'EnableKey',
  action: 'key.enable',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:EnableKey');
    requireState(attempt, key, 'EnableKey');
    attempt.note.change = { before: { enabled: key.record.enabled }, after: { enabled: true } };
    writeKey(attempt, { ...key.record, disabledBy: undefined, enabled: true });
    return {};
  },
};
