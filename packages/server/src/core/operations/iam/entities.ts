import type { EventParameters } from '../../audit/index.ts';
import type { IdentityTag } from '../../identity/index.ts';
import type { AccessQuestion } from '../access-question.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/** What IAM calls an entity: a user, group, role, managed policy or identity provider, as it is stored. */
export interface Entity {
  readonly arn: string;
  readonly tags?: readonly IdentityTag[] | undefined;
}

/** Condition keys that a question answers. */
export type Conditions = NonNullable<AccessQuestion['conditions']>;

/** How entities of one kind are named, found and kept: what operations on several kinds have in common. */
export interface EntityKind<Kept extends Entity> {
  /** As the names of operations and permissions have it: `User`. */
  readonly title: string;
  /** As our names of actions have it: `user`. */
  readonly word: string;
  /** As parameters of events have it. */
  readonly noted: string;
  /** The parameter that names one: `userName`. */
  readonly member: string;
  /** Looks through the view, so that what comes of it depends on what is found (G5). */
  find(attempt: Attempt, named: string): Kept | undefined;
  /** The ARN that policy is asked about when there is no such entity. */
  arnOf(attempt: Attempt, named: string): string;
  /** The account that policy is told to own it. */
  accountOf(attempt: Attempt, named: string): string;
  /** AWS's sentence for one that there is not. */
  missing(named: string): string;
  /**
   * Declares its new record as an effect.
   *
   * @throws OperationError `Unmodifiable` when it comes with the service.
   */
  write(attempt: Attempt, record: Kept): void;
}

/** Adds to what the event says of the request. */
export function noteParameters(attempt: Attempt, parameters: EventParameters): void {
  attempt.note.parameters = { ...attempt.note.parameters, ...parameters };
}

/**
 * Finds the entity that an operation is about, notes it and asks policy: whoever may not ask is not told whether it
 * exists.
 *
 * @throws OperationError `AccessDenied`, or `NotFound`.
 */
export function requireEntity<Kept extends Entity>(
  attempt: Attempt,
  kind: EntityKind<Kept>,
  named: string,
  permission: string,
  conditionsOf?: (record: Kept | undefined) => Conditions,
): Kept {
  noteParameters(attempt, { [kind.noted]: kind.arnOf(attempt, named) });
  const record = kind.find(attempt, named);
  const resource = record?.arn ?? kind.arnOf(attempt, named);
  noteParameters(attempt, { [kind.noted]: resource });
  const conditions = conditionsOf?.(record);
  attempt.authorize({
    permission: `iam:${permission}`,
    resource,
    resourceAccount: kind.accountOf(attempt, named),
    resourceTags: record?.tags,
    ...(conditions === undefined ? {} : { conditions }),
  });
  if (record === undefined) throw new OperationError('NotFound', kind.missing(named));
  return record;
}
