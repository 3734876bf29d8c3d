import type { IdentityTag, Session } from '../../identity/index.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

const TAGS_MAX = 50;

/** The tags of a session that is asked for. */
export interface SessionTags {
  /** All of them, those that the calling session hands down first. */
  readonly tags: readonly IdentityTag[];
  /** Keys of those that every session got with this one will have as well. */
  readonly transitiveTagKeys: readonly string[];
}

/**
 * Reads the tags that a session is asked for with, and adds the transitive ones of the calling session, which nobody can
 * change.
 *
 * @throws OperationError `Validation`.
 */
export function readSessionTags(params: Params, calling: Session | undefined): SessionTags {
  const requested = params
    .structures('tags')
    .map((tag) => ({ key: tag.text('key'), value: tag.text('value') }));
  const keys = uniqueKeys(requested);
  const requestedTransitive = params.texts('transitiveTagKeys');
  if (requestedTransitive.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  }
  const inherited = transitiveTags(calling);
  if (inherited.some(({ key }) => keys.has(key.toLowerCase()))) {
    throw invalid(
      "One of the specified tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const tags = [...inherited, ...requested];
  if (tags.length > TAGS_MAX) throw invalid(`A session has at most ${TAGS_MAX} tags.`);
  return { tags, transitiveTagKeys: [...inherited.map(({ key }) => key), ...requestedTransitive] };
}

/** Condition keys about the tags that the session will have, also about those that it inherits. */
export function tagConditions({
  tags,
  transitiveTagKeys,
}: SessionTags): Readonly<Record<string, readonly string[]>> {
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ key, value }) => [`aws:requesttag/${key.toLowerCase()}`, [value]])),
    'aws:tagkeys': tags.map(({ key }) => key),
    ...(transitiveTagKeys.length === 0 ? {} : { 'sts:transitivetagkeys': transitiveTagKeys }),
  };
}

function transitiveTags(calling: Session | undefined): readonly IdentityTag[] {
  const keys = new Set(calling?.transitiveTagKeys.map((key) => key.toLowerCase()));
  return calling?.tags.filter(({ key }) => keys.has(key.toLowerCase())) ?? [];
}

function uniqueKeys(tags: readonly IdentityTag[]): ReadonlySet<string> {
  const keys = new Set(tags.map(({ key }) => key.toLowerCase()));
  if (keys.size !== tags.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if ([...keys].some((key) => key.startsWith('aws:'))) {
    throw invalid('Tag keys that begin with `aws:` are reserved.');
  }
  return keys;
}

function invalid(message: string): OperationError {
  return new OperationError('Validation', message);
}
