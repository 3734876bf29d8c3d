import type { TagRecord } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

/** AWS's quota of tags on one key. */
const TAGS_MAX = 50;

/**
 * Reads the member `tags`.
 *
 * @throws OperationError `TagInvalid` for duplicates, reserved names and too many.
 */
export function readTags(params: Params): readonly TagRecord[] {
  const tags = params.structures('tags').map((tag) => ({ key: tag.text('tagKey'), value: tag.text('tagValue') }));
  if (new Set(tags.map((tag) => tag.key)).size !== tags.length) {
    throw new OperationError('TagInvalid', 'Duplicate tag keys');
  }
  for (const tag of tags) {
    if (tag.key.toLowerCase().startsWith('aws:')) {
      throw new OperationError('TagInvalid', 'Tags beginning with aws: are reserved');
    }
  }
  return limitTags(tags);
}

/** Puts `added` over `present`; a tag of the same name is replaced. */
export function mergeTags(present: readonly TagRecord[], added: readonly TagRecord[]): readonly TagRecord[] {
  const replaced = new Set(added.map((tag) => tag.key));
  return limitTags([...present.filter((tag) => !replaced.has(tag.key)), ...added]);
}

/** The condition keys that tags in a request answer. */
export function tagConditions(tags: readonly TagRecord[]): Readonly<Record<string, readonly string[]>> {
  const conditions: Record<string, readonly string[]> = { 'aws:tagkeys': tags.map((tag) => tag.key) };
  for (const tag of tags) conditions[`aws:requesttag/${tag.key.toLowerCase()}`] = [tag.value];
  return conditions;
}

function limitTags(tags: readonly TagRecord[]): readonly TagRecord[] {
  if (tags.length > TAGS_MAX) throw new OperationError('TagInvalid', 'Too many tags');
  return tags;
}

/** Tags as the record shows them: `name=value`. */
export function tagTexts(tags: readonly TagRecord[]): readonly string[] {
  return tags.map((tag) => `${tag.key}=${tag.value}`);
}
