import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { reasonSchema, ruleNameSchema } from './rules.ts';
import { instantSchema, textMapSchema } from './text.ts';

/** Members of an entity that a suppression names. */
const membersMax = 16;
const nameCharactersMax = 128;
const valueCharactersMax = 1024;

/** Asks that nobody be told of what a rule finds, for a while. */
export interface NewSuppression {
  readonly rule: string;
  /** Members that the entity must have; whatever the entity when there are none. */
  readonly entity?: Readonly<Record<string, string>>;
  readonly reason: string;
  /** RFC 3339; within 90 days. */
  readonly expiresAt: string;
}

export const newSuppressionSchema: Schema<NewSuppression> = v.strictObject({
  rule: ruleNameSchema,
  entity: v.exactOptional(
    v.pipe(
      textMapSchema,
      v.check(
        (entity) =>
          Object.keys(entity).length <= membersMax &&
          Object.entries(entity).every(
            ([name, value]) => name.length <= nameCharactersMax && value.length <= valueCharactersMax,
          ),
        `an entity has at most ${membersMax} members, names of ${nameCharactersMax} characters and values of ${valueCharactersMax}`,
      ),
    ),
  ),
  reason: reasonSchema,
  expiresAt: instantSchema,
});

/** Why nobody is told of what a rule finds, and until when. */
export interface Suppression {
  readonly suppressionId: string;
  readonly rule: string;
  readonly entity: Readonly<Record<string, string>>;
  readonly reason: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

const members = {
  suppressionId: v.string(),
  rule: v.string(),
  entity: textMapSchema,
  reason: v.string(),
  createdAt: instantSchema,
  createdBy: v.string(),
  expiresAt: instantSchema,
};

export const suppressionSchema: Schema<Suppression> = v.object(members);

/** One page of suppressions, by id. */
export interface SuppressionPage {
  readonly suppressions: readonly Suppression[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const suppressionPageSchema: Schema<SuppressionPage> = v.object({
  suppressions: v.array(v.object(members)),
  next: v.exactOptional(v.string()),
});

/** What the path of a request about a suppression names. */
export const suppressionPathSchema: Schema<{ readonly suppressionId: string }> = v.strictObject({
  suppressionId: v.pipe(
    v.string(),
    v.regex(/^sup-[a-z2-7]{16}$/, 'the id of a suppression is `sup-` and 16 letters and digits'),
  ),
});
