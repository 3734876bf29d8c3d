/** How bad a finding is, in Sigma's words. */
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** A rule file (`spec/rules.md`), and what it says of itself. */
export interface RuleSource {
  readonly text: string;
  readonly title: string;
  readonly level: Level;
  /** SHA-256 of the text, hexadecimal. */
  readonly sha256: string;
}

/** A detection rule that people put, or what they changed about one that comes with the service (subject `rule:<name>`). */
export interface RuleRecord {
  /** Lower-case letters, digits and hyphens, at most 64; the name of its file without the ending. */
  readonly name: string;
  /** Absent for a built-in rule that is used as it came. */
  readonly source?: RuleSource | undefined;
  readonly disabled: boolean;
  /** When it is enabled again by itself; absent means by people only. */
  readonly disabledUntilMs?: number | undefined;
  readonly disabledReason?: string | undefined;
  readonly updatedAtMs: number;
  /** ARN of whoever changed it last. */
  readonly updatedBy: string;
}

/** Findings that nobody is to be told of for a while (subject `suppression:<id>`). They are on the record all the same. */
export interface SuppressionRecord {
  readonly id: string;
  readonly ruleName: string;
  /** Of the incident's entity: all of these members have these values. Empty means whatever the entity. */
  readonly entity: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly expiresAtMs: number;
}

/** Where an event that an incident rests on is in the log. */
export interface IncidentEvent {
  readonly id: string;
  readonly index: number;
  /** Of the event, milliseconds since the epoch. */
  readonly timeMs: number;
}

/** A remark of a person, or that something was done. */
export interface IncidentComment {
  readonly atMs: number;
  /** ARN. */
  readonly by: string;
  readonly text: string;
}

/** What an incident turned out to be. */
export type Disposition = 'true-positive' | 'benign' | 'false-positive' | 'test';

/** How far an incident is. A `suppressed` one is on the record, and nobody was told. */
export type IncidentStatus = 'open' | 'acknowledged' | 'resolved' | 'suppressed';

/** One episode of one rule about one entity (subject `incident:<id>`). */
export interface IncidentRecord {
  /** `inc-` and 26 characters; made from rule, entity and first event, so that the same episode is never opened twice. */
  readonly id: string;
  readonly ruleName: string;
  readonly ruleTitle: string;
  /** SHA-256 of the rule file's text. */
  readonly ruleSha256: string;
  readonly level: Level;
  readonly status: IncidentStatus;
  /** What the finding is about, by field, for example `actor.arn`. */
  readonly entity: Readonly<Record<string, string>>;
  /** One sentence: what was observed, against which threshold and in which window. */
  readonly summary: string;
  readonly openedAtMs: number;
  readonly updatedAtMs: number;
  /** The time of the newest finding: of an event, or of the moment at which something was missed. */
  readonly lastSeenMs: number;
  /** Attempts (not events: a counted event counts for as many) that it rests on so far. */
  readonly count: number;
  /** The first ones and the newest ones, at most 20. */
  readonly events: readonly IncidentEvent[];
  readonly assignee?: string | undefined;
  /** The newest 100, oldest first. */
  readonly comments: readonly IncidentComment[];
  readonly resolvedAtMs?: number | undefined;
  /** Of a resolved one. */
  readonly disposition?: Disposition | undefined;
  /** Id of the suppression. */
  readonly suppressedBy?: string | undefined;
}

/** What a channel speaks. */
export type ChannelType = 'slack' | 'pagerduty' | 'teams' | 'email' | 'webhook';

/** Where a channel leads, and how. */
export interface ChannelTarget {
  readonly type: ChannelType;
  /** Members that are no secrets, by type (`spec/notifications.md`). */
  readonly settings: Readonly<Record<string, string>>;
  /** The secret members as JSON, in a sealed box labelled `channel`, the name: base64. */
  readonly sealedSecrets: string;
}

/** What a channel was before somebody changed it, until that has been told there. */
export interface FormerChannel extends ChannelTarget {
  readonly act: 'changed' | 'disabled' | 'deleted';
  readonly atMs: number;
  /** ARN of whoever did it. */
  readonly by: string;
}

/** Where people are told (subject `channel:<name>`). */
export interface ChannelRecord extends ChannelTarget {
  readonly name: string;
  /** Names of the secrets that it has. */
  readonly secretNames: readonly string[];
  /** Incidents below it are not told here. */
  readonly levelMin: Level;
  readonly disabled: boolean;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  /** An index not above that of the event that made or enabled it: what was before is not told here. */
  readonly sinceIndex: number;
  /** The oldest one that has not been told yet. */
  readonly former?: FormerChannel | undefined;
  /** It is there for its former self alone. */
  readonly deleted?: true | undefined;
}

/** What a playbook does about an incident, by type; the target is read from the incident's entity and events. */
export type RemediationAction =
  | 'disable-credential'
  | 'revoke-sessions'
  | 'quarantine-principal'
  | 'disable-key'
  | 'revoke-grant'
  | 'require-approval'
  | 'call-function';

/** What is done about the incidents of some rules (subject `playbook:<name>`). */
export interface PlaybookRecord {
  readonly name: string;
  /** Names of rules. */
  readonly rules: readonly string[];
  readonly steps: readonly PlaybookStep[];
  readonly mode: 'propose' | 'dry-run' | 'act';
  readonly disabled: boolean;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}

export interface PlaybookStep {
  readonly action: RemediationAction;
  /** After this time it is undone by itself, milliseconds; absent means never. */
  readonly durationMs?: number | undefined;
  /** For `call-function`: the name of a function (`spec/remediation.md`). */
  readonly functionName?: string | undefined;
}

/** That somebody approved a step. */
export interface RemediationApproval {
  /** ARN that the person acted under. */
  readonly arn: string;
  /** The person, whatever the session: see `personOf`. */
  readonly person: string;
  readonly atMs: number;
}

/**
 * How far a step is. `calling`: a function is to be called, and what came of it is not known yet. `expired`: it was
 * undone by itself when its time was over. `dry-run`: it says what would have been done.
 */
export type RemediationStatus =
  | 'proposed'
  | 'approved'
  | 'dry-run'
  | 'calling'
  | 'done'
  | 'failed'
  | 'refused'
  | 'undone'
  | 'expired';

/** One step of one playbook about one incident (subject `remediation:<id>`). */
export interface RemediationRecord {
  /** `rem-` and 26 characters; made from incident, playbook and step, so that it is never run twice. */
  readonly id: string;
  readonly incidentId: string;
  /** Of the incident. */
  readonly level: Level;
  readonly playbookName: string;
  /** Position in the playbook, from 0. What the step was then is kept here: people approve what they were shown. */
  readonly step: number;
  readonly action: RemediationAction;
  readonly durationMs?: number | undefined;
  readonly functionName?: string | undefined;
  /** What it is done to: access key id, principal's or key's ARN, `<key id>/<grant id>`, the function's name; empty when none was found. */
  readonly target: string;
  /** The account that the target belongs to. */
  readonly account: string;
  /** Unique ids of the principals it is about, and a federated person behind them (`personOf`): none of them approves it. */
  readonly about: readonly string[];
  readonly status: RemediationStatus;
  /** Why it failed or was refused, waits for people, or did not have to do anything. */
  readonly reason?: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly approvals: readonly RemediationApproval[];
  /** Its target was as wanted already when it was run: there is nothing to undo. */
  readonly nothingDone?: true | undefined;
  /** When it is undone by itself. */
  readonly expiresAtMs?: number | undefined;
  /** The record that it removed, to be put back: of a grant, as JSON. */
  readonly removed?: string | undefined;
  /** What a function answered, or why it did not: no secrets. */
  readonly outcome?: string | undefined;
}

/** One reason for which a principal is kept from everything, for a while. */
export interface QuarantineHold {
  /** The remediation's id, or `by hand`. */
  readonly id: string;
  /** What decisions name. */
  readonly incidentId?: string | undefined;
  /** ARN of who put it there. */
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly expiresAtMs: number;
  /** Requests that somebody else approved are let through. */
  readonly unlessApproved: boolean;
}

/** A principal that is kept from everything for a while (subject `quarantine:<principal id>`). */
export interface QuarantineRecord {
  readonly principalArn: string;
  readonly principalUniqueId: string;
  /** At least one; the principal is free when all are over. */
  readonly holds: readonly QuarantineHold[];
}

/** The guard rails of automated remediation (subject `response:settings`). */
export interface ResponseSettingsRecord {
  /** ARNs of principals, credentials' holders and keys that no playbook touches. */
  readonly protectedArns: readonly string[];
  /** At most so many steps are run by themselves within an hour; more are proposed. */
  readonly stepsPerHourMax: number;
  /** From this level on two people must approve, and nothing is run by itself. */
  readonly twoPersonLevel: Level | 'never';
  /** While true nothing is run by itself. */
  readonly paused: boolean;
}

/** When steps were run by themselves, within the last hour (subject `response:steps`). */
export interface ResponseStepsRecord {
  readonly ranAtMs: readonly number[];
}

/** Where a playbook calls for something that the service cannot do itself (subject `function:<name>`). */
export interface FunctionRecord {
  readonly name: string;
  readonly type: 'webhook' | 'aws-lambda' | 'azure-function';
  /** Members that are no secrets, by type (`spec/remediation.md`). */
  readonly settings: Readonly<Record<string, string>>;
  /** The secret members as JSON, in a sealed box labelled `function`, the name: base64. */
  readonly sealedSecrets: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}
