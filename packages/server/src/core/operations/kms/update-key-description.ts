import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';

/** `UpdateKeyDescription`. */
export const updateKeyDescription: Operation = {
  name: 'UpdateKeyDescription',
  action: 'key.change-description',
  run(attempt, params) {
    const description = params.text('description');
    attempt.note.parameters = { description: clip(description) };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:UpdateKeyDescription');
    requireState(attempt, key, 'UpdateKeyDescription');
    attempt.note.change = {
      before: { description: clip(key.record.description) },
      after: { description: clip(description) },
    };
    writeKey(attempt, { ...key.record, description });
    return {};
  },
};
