import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { type Level, levelSchema, ruleTextSchema } from './rules.ts';
import { instantSchema } from './text.ts';

/** What a rule is asked about the past. */
export interface BacktestQuestion {
  /** A rule file to try; unless given, the rule that has the name. */
  readonly text?: string;
  /** RFC 3339: not before; unless given, 30 days ago. */
  readonly from?: string;
  /** RFC 3339: before. */
  readonly to?: string;
}

export const backtestSchema: Schema<BacktestQuestion> = v.strictObject({
  text: v.exactOptional(ruleTextSchema),
  from: v.exactOptional(instantSchema),
  to: v.exactOptional(instantSchema),
});

/** An incident that there would have been. */
export interface BacktestIncident {
  /** RFC 3339. */
  readonly time: string;
  readonly title: string;
  readonly level: Level;
  readonly entity: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Attempts that it would have rested on at its end. */
  readonly count: number;
  /** Ids of the first events. */
  readonly eventIds: readonly string[];
}

/** How often a rule would have found something, and what. */
export interface BacktestAnswer {
  readonly rule: string;
  /** Events that were looked at within the time that was asked about. */
  readonly events: number;
  /** Incidents that there would have been. */
  readonly count: number;
  /** By day (UTC), those that have any. */
  readonly perDay: Readonly<Record<string, number>>;
  /** The first ones, at most 200. */
  readonly incidents: readonly BacktestIncident[];
}

export const backtestAnswerSchema: Schema<BacktestAnswer> = v.object({
  rule: v.string(),
  events: v.number(),
  count: v.number(),
  perDay: v.record(v.string(), v.number()),
  incidents: v.array(
    v.object({
      time: v.string(),
      title: v.string(),
      level: levelSchema,
      entity: v.record(v.string(), v.string()),
      summary: v.string(),
      count: v.number(),
      eventIds: v.array(v.string()),
    }),
  ),
});
