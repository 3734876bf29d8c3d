import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema } from './text.ts';

/** What a channel speaks. */
export type ChannelType = 'slack' | 'pagerduty' | 'teams' | 'email' | 'webhook';

/** How bad incidents have to be, in Sigma's words. */
export type IncidentLevel = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** What a channel is to be (`spec/notifications.md`). */
export interface NewChannel {
  readonly type: ChannelType;
  readonly settings?: Readonly<Record<string, string>>;
  /** Those that are not named stay what they were. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly levelMin?: IncidentLevel;
  /** Makes a new signing key for a webhook. */
  readonly rotateSigningKey?: boolean;
}

const membersMax = 20;
const valueCharactersMax = 2048;
const idsMax = 100;

const typeSchema: Schema<ChannelType> = v.picklist(['slack', 'pagerduty', 'teams', 'email', 'webhook']);
const levelSchema: Schema<IncidentLevel> = v.picklist(['informational', 'low', 'medium', 'high', 'critical']);
const textsSchema: Schema<Readonly<Record<string, string>>> = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(64)), boundedText(valueCharactersMax)),
  v.maxEntries(membersMax, `there are at most ${membersMax} members`),
);

export const newChannelSchema: Schema<NewChannel> = v.strictObject({
  type: typeSchema,
  settings: v.exactOptional(textsSchema),
  secrets: v.exactOptional(textsSchema),
  levelMin: v.exactOptional(levelSchema),
  rotateSigningKey: v.exactOptional(v.boolean()),
});

/** A channel as it is shown: its secrets by their names alone. */
export interface ChannelDetail {
  readonly name: string;
  readonly type: ChannelType;
  readonly settings: Readonly<Record<string, string>>;
  readonly secretNames: readonly string[];
  readonly levelMin: IncidentLevel;
  readonly disabled: boolean;
  /** RFC 3339. */
  readonly updatedAt: string;
  /** ARN. */
  readonly updatedBy: string;
}

const detailMembers = {
  name: v.string(),
  type: typeSchema,
  settings: v.record(v.string(), v.string()),
  secretNames: v.array(v.string()),
  levelMin: levelSchema,
  disabled: v.boolean(),
  updatedAt: instantSchema,
  updatedBy: v.string(),
};

export const channelDetailSchema: Schema<ChannelDetail> = v.object(detailMembers);

/** One page of channels, by name. */
export interface ChannelPage {
  readonly channels: readonly ChannelDetail[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const channelPageSchema: Schema<ChannelPage> = v.object({
  channels: v.array(v.object(detailMembers)),
  next: v.exactOptional(v.string()),
});

/** What the path of a request about a channel names. */
export const channelPathSchema: Schema<{ readonly channelName: string }> = v.strictObject({
  channelName: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9-]{1,64}$/, 'a channel name has 1 to 64 lower-case letters, digits and hyphens'),
  ),
});

/** How a test message went. */
export type ChannelTest =
  | { readonly outcome: 'sent'; readonly latencyMs: number }
  | { readonly outcome: 'failed'; readonly reason: string };

export const channelTestSchema: Schema<ChannelTest> = v.variant('outcome', [
  v.object({ outcome: v.literal('sent'), latencyMs: v.number() }),
  v.object({ outcome: v.literal('failed'), reason: v.string() }),
]);

/** A message that could not be delivered. */
export interface DeadLetter {
  readonly id: string;
  readonly kind: string;
  readonly incidentId?: string;
  readonly attempts: number;
  readonly reason: string;
  /** RFC 3339. */
  readonly failedAt: string;
}

/** What could not be delivered to a channel, oldest first. */
export interface DeadLetters {
  readonly deadLetters: readonly DeadLetter[];
}

export const deadLettersSchema: Schema<DeadLetters> = v.object({
  deadLetters: v.array(
    v.object({
      id: v.string(),
      kind: v.string(),
      incidentId: v.exactOptional(v.string()),
      attempts: v.number(),
      reason: v.string(),
      failedAt: instantSchema,
    }),
  ),
});

/** Which dead letters are to be sent again; all without ids. */
export interface Replay {
  readonly ids?: readonly string[];
}

export const replayBodySchema: Schema<Replay> = v.strictObject({
  ids: v.exactOptional(
    v.pipe(v.array(boundedText(32)), v.maxLength(idsMax, `at most ${idsMax} ids are named at once`)),
  ),
});

/** How many dead letters are sent again. */
export interface Replayed {
  readonly replayed: number;
}

export const replayedSchema: Schema<Replayed> = v.object({ replayed: v.number() });
