import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema } from './text.ts';

/** Characters of a rule file. */
const textCharactersMax = 32_768;
/** Characters of a reason or a note. */
const reasonCharactersMax = 512;

/** How bad what a rule finds is, in Sigma's words. */
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

export const levelSchema: Schema<Level> = v.picklist(['informational', 'low', 'medium', 'high', 'critical']);

export const ruleNameSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}$/, 'the name of a rule has 1 to 64 lower-case letters, digits and hyphens'),
);

export const reasonSchema: Schema<string> = boundedText(reasonCharactersMax);

/** A detection rule as lists show it. */
export interface RuleSummary {
  readonly name: string;
  readonly title: string;
  readonly level: Level;
  /** Of its text, hexadecimal. */
  readonly sha256: string;
  /** A rule of this name comes with the service. */
  readonly builtIn: boolean;
  /** That one was replaced. */
  readonly changed: boolean;
  /** Nobody can touch it. */
  readonly immutable: boolean;
  readonly disabled: boolean;
  /** RFC 3339; absent means until it is enabled. */
  readonly disabledUntil?: string;
  readonly disabledReason?: string;
  /** RFC 3339; absent for one that is as it came, and so is `updatedBy`. */
  readonly updatedAt?: string;
  readonly updatedBy?: string;
}

const summaryMembers = {
  name: v.string(),
  title: v.string(),
  level: levelSchema,
  sha256: v.string(),
  builtIn: v.boolean(),
  changed: v.boolean(),
  immutable: v.boolean(),
  disabled: v.boolean(),
  disabledUntil: v.exactOptional(instantSchema),
  disabledReason: v.exactOptional(v.string()),
  updatedAt: v.exactOptional(instantSchema),
  updatedBy: v.exactOptional(v.string()),
};

/** A rule with its text. */
export interface RuleDetail extends RuleSummary {
  readonly text: string;
}

export const ruleDetailSchema: Schema<RuleDetail> = v.object({ ...summaryMembers, text: v.string() });

/** One page of rules, by name. */
export interface RulePage {
  readonly rules: readonly RuleSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const rulePageSchema: Schema<RulePage> = v.object({
  rules: v.array(v.object(summaryMembers)),
  next: v.exactOptional(v.string()),
});

/** What is left after a deletion: nothing, or the rule as it came with the service. */
export interface DeletedRule {
  readonly deleted?: string;
  readonly rule?: RuleDetail;
}

export const deletedRuleSchema: Schema<DeletedRule> = v.object({
  deleted: v.exactOptional(v.string()),
  rule: v.exactOptional(ruleDetailSchema),
});

/** A rule file. */
export const ruleTextSchema: Schema<string> = boundedText(textCharactersMax);

/** The body of a request that puts a rule. */
export const ruleBodySchema: Schema<{ readonly text: string }> = v.strictObject({ text: ruleTextSchema });

/** Why, and until when, nothing is to be found by a rule. */
export interface RuleDisabling {
  readonly reason: string;
  /** RFC 3339; until it is enabled when absent. */
  readonly until?: string;
}

export const ruleDisablingSchema: Schema<RuleDisabling> = v.strictObject({
  reason: reasonSchema,
  until: v.exactOptional(instantSchema),
});

/** What the path of a request about a rule names. */
export const rulePathSchema: Schema<{ readonly ruleName: string }> = v.strictObject({
  ruleName: ruleNameSchema,
});
