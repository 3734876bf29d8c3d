import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { boundedText, eventIdSchema, instantSchema } from './text.ts';

/** A statement that had a say, or failed to. */
export interface AccessStatement {
  /** In AWS's words, for example `identity-based`. */
  readonly policyKind: string;
  /** The policy's name or ARN; for a grant, its id. */
  readonly policy: string;
  readonly policySha256?: string | undefined;
  /** Its Sid, or its position as `#n`. */
  readonly statement: string;
  /** Where the policy hangs, for example ``group `auditors` ``. */
  readonly origin?: string | undefined;
  /** The statement's own JSON text. */
  readonly text?: string | undefined;
}

/** A condition that an answer hangs on because the question leaves its key open. */
export interface OpenCondition {
  /** `if`: it must hold. `unless`: it must not. */
  readonly when: 'if' | 'unless';
  readonly policy: string;
  readonly statement: string;
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Whether something is allowed: for every request that fits the question, for some, or for none. */
export type Possibility = 'yes' | 'if' | 'no';

/** What policy says, and by which statement. */
export interface AccessDecision {
  readonly effect: string;
  readonly by?: AccessStatement | undefined;
  /** What lets an identity policy decide about the use of a resource. */
  readonly via?: AccessStatement | undefined;
  /** The kind of policy that would have had to allow. */
  readonly missing?: string | undefined;
}

/** A statement that would have decided otherwise but for one of its elements. */
export interface NearMiss extends AccessStatement {
  readonly element: 'Action' | 'Principal' | 'Resource' | 'Condition';
  /** For `Condition`: those that do not hold, with what the request had instead. */
  readonly failed?:
    | readonly {
        readonly operator: string;
        readonly key: string;
        readonly policyValues: readonly string[];
        readonly requestValues?: readonly string[] | undefined;
      }[]
    | undefined;
}

/** One recorded decision explained. */
export interface ExplainedDecision extends AccessDecision {
  readonly permission: string;
  readonly resource: string;
  /** The same question, asked of the policies as they are now; absent when it cannot be asked again. */
  readonly now?: (AccessDecision & { readonly nearMisses: readonly NearMiss[] }) | undefined;
  /** Why the question cannot be asked again. */
  readonly notAskedAgain?: string | undefined;
}

/** Why an event's attempt was allowed or denied. */
export interface Explanation {
  readonly index: number;
  readonly eventId: string;
  readonly time: string;
  readonly principal: string;
  readonly action: string;
  readonly outcome: string;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly decisions: readonly ExplainedDecision[];
  /** The revision of the state that was judged, and that of the state now. */
  readonly revision: number;
  readonly revisionNow: number;
}

/** What a question may say of the requests that it is about; what it does not say is open. */
export interface RequestGiven {
  /** The whole encryption context. */
  readonly context?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
  /** Any condition keys. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
}

/** Who may do something with a key? */
export interface WhoCanQuestion extends RequestGiven {
  /** For example `kms:Decrypt`. */
  readonly action: string;
  /** A key's id or ARN, an alias of the caller's account, or an alias ARN. */
  readonly key: string;
}

/** An answer about one principal. */
export interface PrincipalAccess extends AccessDecision {
  readonly principal: string;
  readonly type: string;
  readonly possibility: Possibility;
  readonly conditions: readonly OpenCondition[];
}

/** Somebody who can, and who can become it. */
export interface WhoCanEntry extends PrincipalAccess {
  /** For a role: who may assume it, one step. */
  readonly assumedBy?: readonly PrincipalAccess[] | undefined;
}

export interface WhoCanAnswer {
  readonly action: string;
  readonly resource: string;
  readonly revision: number;
  readonly principals: readonly WhoCanEntry[];
  /** Named by the key's policy or grants, and unknown here. */
  readonly unknown: readonly string[];
  /** Principals that were not looked at because there are too many. */
  readonly cut: number;
}

/** What may a principal do? */
export interface WhatCanQuestion extends RequestGiven {
  /** An ARN, or the name of a user of the caller's account. */
  readonly principal: string;
}

export interface WhatCanAnswer {
  readonly principal: string;
  readonly revision: number;
  /** Keys on which the same can be done, together. */
  readonly keys: readonly {
    readonly keys: readonly string[];
    readonly yes: readonly string[];
    readonly if: readonly string[];
    readonly conditions: readonly OpenCondition[];
  }[];
  /** Actions on no key in particular. */
  readonly other: { readonly yes: readonly string[]; readonly if: readonly string[] };
  readonly roles: readonly PrincipalAccess[];
  /** Keys that were not looked at because there are too many. */
  readonly cut: number;
}

/** Who gains or loses what when a policy takes the place of another one? */
export interface DiffQuestion {
  /** `key:…`, `user:…`, `role:…`, `group:…`, `trust:…`, `policy:…`, `guardrail`, `guardrail:ACCOUNT`. */
  readonly for: string;
  /** Absent: the policy in force. */
  readonly old?: string;
  readonly new: string;
}

export interface AccessChange {
  readonly principal: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly before: Possibility;
  readonly after: Possibility;
  readonly conditions: readonly OpenCondition[];
}

export interface DiffAnswer {
  readonly for: string;
  readonly revision: number;
  readonly gains: readonly AccessChange[];
  readonly losses: readonly AccessChange[];
  /** As possible as before, under other conditions. */
  readonly altered: readonly AccessChange[];
  /** How many questions were asked, and how many were not because there are too many. */
  readonly asked: number;
  readonly cut: number;
}

/** What would have become of the recorded requests under another policy? */
export interface ReplayQuestion {
  readonly for: string;
  readonly document: string;
  /** RFC 3339, inclusive. */
  readonly from?: string;
  /** RFC 3339, exclusive. */
  readonly to?: string;
}

/** Like requests whose answer would change, with events as evidence. */
export interface ReplayGroup {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  readonly count: number;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly before: AccessDecision;
  readonly after: AccessDecision;
  /** Ids of the first of them, at most five. */
  readonly events: readonly string[];
}

export interface ReplayAnswer {
  readonly for: string;
  readonly revision: number;
  readonly events: number;
  readonly decisions: number;
  readonly newlyDenied: readonly ReplayGroup[];
  readonly newlyAllowed: readonly ReplayGroup[];
  readonly deniedCount: number;
  readonly allowedCount: number;
  /** Decisions that the policies in force would take otherwise than it was recorded. */
  readonly changedSince: number;
  /** Decisions that could not be judged again, by reason. */
  readonly notJudged: Readonly<Record<string, number>>;
  /** Groups that are left out because there are too many; they are in the counts. */
  readonly cut: number;
}

/** What can be said against a key's policy, or one in a file? */
export interface LintQuestion {
  /** A key; or what the document is for, as in a diff. */
  readonly for: string;
  /** Absent: the policy in force. */
  readonly document?: string;
  /** RFC 3339: what was used since. */
  readonly from?: string;
}

export interface AccessWarning {
  readonly code: string;
  readonly statement?: string | undefined;
  readonly message: string;
}

export interface LintAnswer {
  readonly for: string;
  readonly revision: number;
  readonly warnings: readonly AccessWarning[];
  /** What a key's policy allows and nobody has used. */
  readonly unused: readonly { readonly principal: string; readonly actions: readonly string[] }[];
  /** A key policy that allows what was used. */
  readonly suggestion?: string | undefined;
}

/** Who and what has not been used? */
export interface UnusedQuestion {
  readonly from?: string;
}

/** Somebody or something that was not used. `createdAt` is RFC 3339. */
export interface UnusedItem {
  readonly kind: 'principal' | 'credential' | 'key';
  readonly id: string;
  readonly createdAt: string;
  readonly disabled: boolean;
}

export interface UnusedAnswer {
  readonly from: string;
  readonly revision: number;
  readonly items: readonly UnusedItem[];
}

const text = boundedText(2048);
const policyText = boundedText(32_768);
const texts = v.pipe(v.array(v.pipe(v.string(), v.maxLength(8192))), v.maxLength(100));
const instant = v.exactOptional(instantSchema);
const given = {
  context: v.exactOptional(v.custom<Readonly<Record<string, string>>>(isTextMap)),
  sourceIp: v.exactOptional(boundedText(64)),
  conditions: v.exactOptional(v.record(v.string(), texts)),
};

/** Not valibot's records for what a client names: they leave out members with names like `constructor`. */
function isTextMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}

export const explainPathSchema: Schema<{ readonly eventId: string }> = v.strictObject({
  eventId: eventIdSchema,
});
export const whoCanSchema: Schema<WhoCanQuestion> = v.strictObject({
  action: v.pipe(text, v.regex(/^(?:[a-z]+:)?[a-z]+$/i, 'an action is one, such as `kms:Decrypt`')),
  key: text,
  ...given,
});
export const whatCanSchema: Schema<WhatCanQuestion> = v.strictObject({ principal: text, ...given });
export const diffSchema: Schema<DiffQuestion> = v.strictObject({
  for: text,
  old: v.exactOptional(policyText),
  new: policyText,
});
export const replaySchema: Schema<ReplayQuestion> = v.strictObject({
  for: text,
  document: policyText,
  from: instant,
  to: instant,
});
export const lintSchema: Schema<LintQuestion> = v.strictObject({
  for: text,
  document: v.exactOptional(policyText),
  from: instant,
});
export const unusedSchema: Schema<UnusedQuestion> = v.strictObject({ from: instant });

/** How far a long answer has come. */
export interface AccessProgress {
  readonly done: number;
  readonly total: number;
}

/** A line of a long answer. */
export type AccessLine<Answer> = { readonly progress: AccessProgress } | { readonly answer: Answer };

export const accessProgressSchema: Schema<{ readonly progress: AccessProgress }> = v.object({
  progress: v.object({ done: v.number(), total: v.number() }),
});

/** Answers are of the service that this client belongs to, and are handed out as they came. */
function answerWith<Answer>(shape: v.GenericSchema): Schema<Answer> {
  return v.custom<Answer>((value) => v.is(shape, value));
}

const list = v.array(v.looseObject({}));
export const explanationSchema: Schema<Explanation> = answerWith(
  v.looseObject({ eventId: v.string(), index: v.number(), decisions: list }),
);
export const whoCanAnswerSchema: Schema<WhoCanAnswer> = answerWith(
  v.looseObject({ resource: v.string(), principals: list, unknown: v.array(v.string()) }),
);
export const whatCanAnswerSchema: Schema<WhatCanAnswer> = answerWith(
  v.looseObject({ principal: v.string(), keys: list, roles: list }),
);
export const diffAnswerSchema: Schema<DiffAnswer> = answerWith(
  v.looseObject({ gains: list, losses: list, altered: list, cut: v.number() }),
);
export const replayAnswerSchema: Schema<ReplayAnswer> = answerWith(
  v.looseObject({ events: v.number(), newlyDenied: list, newlyAllowed: list }),
);
export const lintAnswerSchema: Schema<LintAnswer> = answerWith(
  v.looseObject({ warnings: list, unused: list }),
);
export const unusedAnswerSchema: Schema<UnusedAnswer> = answerWith(v.looseObject({ items: list }));
