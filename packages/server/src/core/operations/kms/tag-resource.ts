import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireNotPendingDeletion } from './resolve-key.ts';
import { mergeTags, readTags, tagConditions, tagTexts } from './tags.ts';

/** `TagResource`: adds tags, or replaces those of the same name. */
export const tagResource: Operation = {
  name: 'TagResource',
  action: 'key.tag',
  run(attempt, params) {
    const tags = readTags(params);
    const conditions = tagConditions(tags);
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:TagResource', conditions);
    requireNotPendingDeletion(key);
    const merged = mergeTags(key.record.tags, tags);
    attempt.note.change = { before: { tags: tagTexts(key.record.tags) }, after: { tags: tagTexts(merged) } };
    writeKey(attempt, { ...key.record, tags: merged });
    return {};
  },
};
