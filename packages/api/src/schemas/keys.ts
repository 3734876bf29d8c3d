import * as v from 'valibot';
import { limitSchema, type PageQuery } from './queries.ts';
import type { Schema } from './reading.ts';
import { boundedText, countTextSchema, instantSchema, textMapSchema } from './text.ts';

/** What a key wants done about it (`spec/admin-api.md`, "Keys"). */
export type KeyNeed = 'rotation' | 'deletion' | 'unused' | 'import';

const needSchema: Schema<KeyNeed> = v.picklist(['rotation', 'deletion', 'unused', 'import']);

const textCharactersMax = 256;
const daysMax = 3650;

/** A key as lists show it. Words for state, spec, usage and origin are those of KMS. */
export interface KeySummary {
  readonly keyId: string;
  readonly arn: string;
  readonly region: string;
  readonly description: string;
  readonly state: string;
  readonly spec: string;
  readonly usage: string;
  readonly origin: string;
  readonly multiRegion: boolean;
  readonly multiRegionType?: 'PRIMARY' | 'REPLICA';
  /** Names with their prefix `alias/`, sorted. */
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** RFC 3339, as all instants here. */
  readonly createdAt: string;
  readonly rotationEnabled: boolean;
  readonly rotationPeriodDays?: number;
  readonly nextRotationAt?: string;
  /** Absent while the key has its first material. */
  readonly lastRotatedAt?: string;
  readonly deletionAt?: string;
  /** When imported material expires first. */
  readonly materialExpiresAt?: string;
  /** The newest use on record; absent when there never was one. */
  readonly lastUsedAt?: string;
  readonly needs: readonly KeyNeed[];
}

const keySummarySchema: Schema<KeySummary> = v.object({
  keyId: v.string(),
  arn: v.string(),
  region: v.string(),
  description: v.string(),
  state: v.string(),
  spec: v.string(),
  usage: v.string(),
  origin: v.string(),
  multiRegion: v.boolean(),
  multiRegionType: v.exactOptional(v.picklist(['PRIMARY', 'REPLICA'])),
  aliases: v.array(v.string()),
  tags: textMapSchema,
  createdAt: instantSchema,
  rotationEnabled: v.boolean(),
  rotationPeriodDays: v.exactOptional(v.number()),
  nextRotationAt: v.exactOptional(instantSchema),
  lastRotatedAt: v.exactOptional(instantSchema),
  deletionAt: v.exactOptional(instantSchema),
  materialExpiresAt: v.exactOptional(instantSchema),
  lastUsedAt: v.exactOptional(instantSchema),
  needs: v.array(needSchema),
});

/** One page of keys, by id and Region. */
export interface KeyPage {
  readonly keys: readonly KeySummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
  /** The record did not tell in time: that `lastUsedAt` is absent says nothing. */
  readonly lastUsesMissing?: boolean;
}

export const keyPageSchema: Schema<KeyPage> = v.object({
  keys: v.array(keySummarySchema),
  next: v.exactOptional(v.string()),
  lastUsesMissing: v.exactOptional(v.boolean()),
});

/** Which keys are asked for; all that is given must hold. */
export interface KeyFilters {
  readonly state?: string;
  readonly spec?: string;
  readonly usage?: string;
  readonly origin?: string;
  readonly multiRegion?: boolean;
  /** Part of the ARN, an alias, the description, or a tag as `key=value`, in whatever case. */
  readonly text?: string;
  readonly needs?: KeyNeed;
  /** Without use for so many days counts as unused; 90 unless given. */
  readonly unusedDays?: number;
  /** All Regions of the service unless given. */
  readonly region?: string;
}

/** A page of keys. */
export interface KeyListQuery extends KeyFilters, PageQuery {}

const wordSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_]{1,64}$/, 'a word of KMS has letters, digits and `_`'),
);

/** Days that a question looks back. */
export const daysSchema: Schema<number> = v.pipe(
  countTextSchema,
  v.check((days) => days >= 1 && days <= daysMax, `a number of days is 1 to ${daysMax}`),
);

export const keyListQuerySchema: Schema<KeyListQuery> = v.strictObject({
  state: v.exactOptional(wordSchema),
  spec: v.exactOptional(wordSchema),
  usage: v.exactOptional(wordSchema),
  origin: v.exactOptional(wordSchema),
  multiRegion: v.exactOptional(
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
  ),
  text: v.exactOptional(boundedText(textCharactersMax)),
  needs: v.exactOptional(needSchema),
  unusedDays: v.exactOptional(daysSchema),
  region: v.exactOptional(boundedText(32)),
  limit: v.exactOptional(limitSchema),
  cursor: v.exactOptional(boundedText(256)),
});

/** The query as it is written in a request. */
export function keyQueryTexts(query: KeyListQuery): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) texts[name] = String(value);
  }
  return texts;
}
