import type { EventParameters } from '../../audit/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { TagRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

/** AWS's quota of tags on one key. */
const TAGS_MAX = 50;
/** An event holds tags of up to this many bytes as JSON; it may hold two lists of them. */
const NOTED_BYTES_MAX = 16_384;

/**
 * Reads the member `tags`.
 *
 * @throws OperationError `TagInvalid` for duplicates, reserved names and too many.
 */
export function readTags(params: Params): readonly TagRecord[] {
  const tags = params
    .structures('tags')
    .map((tag) => ({ key: tag.text('tagKey'), value: tag.text('tagValue') }));
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
  for (const tag of tags) {
    // Condition keys know no upper and lower case: tags that differ by nothing else answer to one key.
    const name = `aws:requesttag/${tag.key.toLowerCase()}`;
    conditions[name] = [...(conditions[name] ?? []), tag.value];
  }
  return conditions;
}

function limitTags(tags: readonly TagRecord[]): readonly TagRecord[] {
  if (tags.length > TAGS_MAX) throw new OperationError('TagInvalid', 'Too many tags');
  return tags;
}

/**
 * Tags as the record shows them: `name=value`. Where they are large, they are kept once by content, and the event names
 * their SHA-256 (`spec/event.md`, "large values").
 */
export function noteTags(attempt: Attempt, tags: readonly TagRecord[]): EventParameters {
  const texts = tags.map((tag) => `${tag.key}=${tag.value}`);
  const document = JSON.stringify(texts);
  if (Buffer.byteLength(document, 'utf8') <= NOTED_BYTES_MAX) return { tags: texts };
  const digest = sha256Hex(document);
  attempt.write(`document:${digest}`, document);
  return { tagsSha256: digest };
}
