import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';
import { noteTags } from './tags.ts';

/** `UntagResource`: removes tags by name; names that are not there are ignored. */
export const untagResource: Operation = {
  name: 'UntagResource',
  action: 'key.untag',
  run(attempt, params) {
    const names = new Set(params.texts('tagKeys'));
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:UntagResource', {
      'aws:tagkeys': [...names],
    });
    requireState(attempt, key, 'UntagResource');
    const tags = key.record.tags.filter((tag) => !names.has(tag.key));
    attempt.note.change = { before: noteTags(attempt, key.record.tags), after: noteTags(attempt, tags) };
    writeKey(attempt, { ...key.record, tags });
    return {};
  },
};
