import type { IdentityTag } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { noteTags, tagConditions } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { type Entity, type EntityKind, requireEntity } from './entities.ts';
import { pageOfItems } from './item-pages.ts';
import { TAGS_MAX } from './limits.ts';

/** `Tag…`, `Untag…` and `List…Tags` of one kind of entities. */
export function tagOperations<Kept extends Entity>(kind: EntityKind<Kept>): readonly Operation[] {
  return [
    {
      name: `Tag${kind.title}`,
      action: `${kind.word}.tag`,
      run(attempt, params) {
        const added = readTags(params);
        const permission = `Tag${kind.title}`;
        const named = params.text(kind.member);
        const record = requireEntity(attempt, kind, named, permission, () => tagConditions(added));
        const before = record.tags ?? [];
        writeTags(attempt, kind, record, limited([...without(before, added.map(keyOf)), ...added]));
        return {};
      },
    },
    {
      name: `Untag${kind.title}`,
      action: `${kind.word}.untag`,
      run(attempt, params) {
        const keys = params.texts('tagKeys');
        const record = requireEntity(attempt, kind, params.text(kind.member), `Untag${kind.title}`, () => ({
          'aws:tagkeys': keys,
        }));
        writeTags(attempt, kind, record, without(record.tags ?? [], keys));
        return {};
      },
    },
    {
      name: `List${kind.title}Tags`,
      action: `${kind.word}.list-tags`,
      run(attempt, params) {
        const record = requireEntity(attempt, kind, params.text(kind.member), `List${kind.title}Tags`);
        const { items: tags, isTruncated, marker } = pageOfItems(record.tags ?? [], params, keyOf);
        return { isTruncated, marker, tags };
      },
    },
  ];
}

function writeTags<Kept extends Entity>(
  attempt: Attempt,
  kind: EntityKind<Kept>,
  record: Kept,
  tags: readonly IdentityTag[],
): void {
  kind.write(attempt, { ...record, tags });
  attempt.note.change = { before: noteTags(attempt, record.tags ?? []), after: noteTags(attempt, tags) };
}

/**
 * Reads the member `tags`. Unlike KMS's, tag keys of IAM know no upper and lower case.
 *
 * @throws OperationError `InvalidInput` or `LimitExceeded`.
 */
export function readTags(params: Params): readonly IdentityTag[] {
  const tags = params.structures('tags').map((tag) => ({ key: tag.text('key'), value: tag.text('value') }));
  if (new Set(tags.map((tag) => tag.key.toLowerCase())).size !== tags.length) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
    throw new OperationError('InvalidInput', message);
  }
  if (tags.some((tag) => tag.key.toLowerCase().startsWith('aws:'))) {
    throw new OperationError('InvalidInput', 'Tag keys that begin with aws: are reserved.');
  }
  return limited(tags);
}

function limited(tags: readonly IdentityTag[]): readonly IdentityTag[] {
  if (tags.length <= TAGS_MAX) return tags;
  throw new OperationError('LimitExceeded', 'The number of tags has reached the maximum limit.');
}

function without(tags: readonly IdentityTag[], keys: readonly string[]): readonly IdentityTag[] {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return tags.filter((tag) => !removed.has(tag.key.toLowerCase()));
}

function keyOf({ key }: IdentityTag): string {
  return key;
}

/**
 * Asks whether the caller may make an entity with what it is to have from the beginning: tags are permissions where
 * policies speak of them, so that setting them is asked for too.
 *
 * @throws OperationError `AccessDenied`.
 */
export function authorizeCreation(
  attempt: Attempt,
  title: string,
  arn: string,
  made: { readonly tags: readonly IdentityTag[]; readonly boundary?: string | undefined },
): void {
  const conditions = {
    ...tagConditions(made.tags),
    ...(made.boundary === undefined ? {} : { 'iam:permissionsboundary': [made.boundary] }),
  };
  const question = { resource: arn, resourceAccount: attempt.account, conditions };
  attempt.authorize({ ...question, permission: `iam:Create${title}` });
  if (made.tags.length > 0) attempt.authorize({ ...question, permission: `iam:Tag${title}` });
}
