import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema, textMapSchema } from './text.ts';

const rulesMax = 100;
const stepsMax = 20;
const secondsMax = 31_622_400;
const protectedMax = 500;
const stepsPerHourMax = 1000;
const arnCharactersMax = 2048;

const nameSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}$/, 'a name has 1 to 64 lower-case letters, digits and hyphens'),
);

const actions = [
  'disable-credential',
  'revoke-sessions',
  'quarantine-principal',
  'disable-key',
  'revoke-grant',
  'require-approval',
  'call-function',
] as const;
const modes = ['propose', 'dry-run', 'act'] as const;
const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** What is done about an incident. */
export interface PlaybookStep {
  readonly action: (typeof actions)[number];
  /** After so long it is undone by itself. */
  readonly durationSeconds?: number;
  /** For `call-function`: the name of a function. */
  readonly functionName?: string;
}

/** What is done about the incidents of some rules. */
export interface NewPlaybook {
  readonly rules: readonly string[];
  readonly steps: readonly PlaybookStep[];
  /** `propose` unless given. */
  readonly mode?: (typeof modes)[number];
  readonly disabled?: boolean;
}

const stepSchema = v.strictObject({
  action: v.picklist(actions),
  durationSeconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(secondsMax))),
  functionName: v.exactOptional(nameSchema),
});

export const newPlaybookSchema: Schema<NewPlaybook> = v.strictObject({
  rules: v.pipe(v.array(nameSchema), v.minLength(1), v.maxLength(rulesMax)),
  steps: v.pipe(v.array(stepSchema), v.minLength(1), v.maxLength(stepsMax)),
  mode: v.exactOptional(v.picklist(modes)),
  disabled: v.exactOptional(v.boolean()),
});

/** A playbook as it is kept. */
export interface PlaybookDetail {
  readonly name: string;
  readonly rules: readonly string[];
  readonly steps: readonly PlaybookStep[];
  readonly mode: string;
  readonly disabled: boolean;
  /** RFC 3339. */
  readonly updatedAt: string;
  /** ARN. */
  readonly updatedBy: string;
}

const playbookMembers = {
  name: v.string(),
  rules: v.array(v.string()),
  steps: v.array(stepSchema),
  mode: v.string(),
  disabled: v.boolean(),
  updatedAt: instantSchema,
  updatedBy: v.string(),
};

export const playbookDetailSchema: Schema<PlaybookDetail> = v.object(playbookMembers);

/** One page of playbooks, by name. */
export interface PlaybookPage {
  readonly playbooks: readonly PlaybookDetail[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const playbookPageSchema: Schema<PlaybookPage> = v.object({
  playbooks: v.array(v.object(playbookMembers)),
  next: v.exactOptional(v.string()),
});

export const playbookPathSchema: Schema<{ readonly playbookName: string }> = v.strictObject({
  playbookName: nameSchema,
});

/** The guard rails of remediation. */
export interface ResponseSettings {
  /** ARNs that no playbook touches. */
  readonly protectedArns: readonly string[];
  /** Steps that are run by themselves within an hour, at most. */
  readonly stepsPerHourMax: number;
  /** From this level on two people must approve; `never` for none. */
  readonly twoPersonLevel: string;
  /** While true nothing is run by itself. */
  readonly paused: boolean;
}

/** What of the guard rails is to change. */
export interface ResponseSettingsChange {
  readonly protectedArns?: readonly string[];
  readonly stepsPerHourMax?: number;
  readonly twoPersonLevel?: (typeof levels)[number] | 'never';
  readonly paused?: boolean;
}

export const responseSettingsSchema: Schema<ResponseSettings> = v.object({
  protectedArns: v.array(v.string()),
  stepsPerHourMax: v.number(),
  twoPersonLevel: v.string(),
  paused: v.boolean(),
});

export const responseSettingsChangeSchema: Schema<ResponseSettingsChange> = v.strictObject({
  protectedArns: v.exactOptional(v.pipe(v.array(boundedText(arnCharactersMax)), v.maxLength(protectedMax))),
  stepsPerHourMax: v.exactOptional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(stepsPerHourMax)),
  ),
  twoPersonLevel: v.exactOptional(v.picklist([...levels, 'never'])),
  paused: v.exactOptional(v.boolean()),
});

const settingCharactersMax = 2048;
const membersMax = 8;

/** What a playbook may call. */
export interface NewFunction {
  readonly type: 'webhook' | 'aws-lambda' | 'azure-function';
  readonly settings: Readonly<Record<string, string>>;
  /** Those that it has are kept when they are absent. They are never shown again. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const membersSchema = v.pipe(
  textMapSchema,
  v.check(
    (members) =>
      Object.keys(members).length <= membersMax &&
      Object.values(members).every((text) => text !== '' && text.length <= settingCharactersMax),
    `there are at most ${membersMax} members of at most ${settingCharactersMax} characters`,
  ),
);

export const newFunctionSchema: Schema<NewFunction> = v.strictObject({
  type: v.picklist(['webhook', 'aws-lambda', 'azure-function']),
  settings: membersSchema,
  secrets: v.exactOptional(membersSchema),
});

/** A function as it is shown: without its secrets. */
export interface FunctionSummary {
  readonly name: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

const functionMembers = {
  name: v.string(),
  type: v.string(),
  settings: textMapSchema,
  updatedAt: instantSchema,
  updatedBy: v.string(),
};

export const functionSummarySchema: Schema<FunctionSummary> = v.object(functionMembers);

/** One page of functions, by name. */
export interface FunctionPage {
  readonly functions: readonly FunctionSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const functionPageSchema: Schema<FunctionPage> = v.object({
  functions: v.array(v.object(functionMembers)),
  next: v.exactOptional(v.string()),
});

export const functionPathSchema: Schema<{ readonly functionName: string }> = v.strictObject({
  functionName: nameSchema,
});
