import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';
import { mergeTags, noteTags, readTags, tagConditions } from './tags.ts';

/** `TagResource`: adds tags, or replaces those of the same name. */
export const tagResource: Operation = {
  name: 'TagResource',
  action: 'key.tag',
  run(attempt, params) {
    const requested = params.text('keyId');
    attempt.note.key = { requested };
    const tags = readTags(params);
    const key = keyForAdministration(attempt, requested, 'kms:TagResource', tagConditions(tags));
    requireState(attempt, key, 'TagResource');
    const merged = mergeTags(key.record.tags, tags);
    attempt.note.change = { before: noteTags(attempt, key.record.tags), after: noteTags(attempt, merged) };
    writeKey(attempt, { ...key.record, tags: merged });
    return {};
  },
};
