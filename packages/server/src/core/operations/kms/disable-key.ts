import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';

/** `DisableKey`: once it is answered, no later use of the key succeeds anywhere (G5). */
export const disableKey: Operation = {
  name: 'DisableKey',
  action: 'key.disable',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:DisableKey');
    requireState(attempt, key, 'DisableKey');
    attempt.note.change = { before: { enabled: key.record.enabled }, after: { enabled: false } };
    writeKey(attempt, { ...key.record, disabledBy: undefined, enabled: false });
    return {};
  },
};
