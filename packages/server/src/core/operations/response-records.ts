/** How bad a finding is, in Sigma's words. */
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** A detection rule that people put, or what they changed about one that comes with the service (subject `rule:<name>`). */
export interface RuleRecord {
  /** Lower-case letters, digits and hyphens, at most 64; the name of its file without the ending. */
  readonly name: string;
  /** The rule file's text (`spec/rules.md`); absent for a built-in rule that is used as it came. */
  readonly text?: string | undefined;
  readonly disabled: boolean;
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
  /** Attempts (not events: a counted event counts for as many) that it rests on so far. */
  readonly count: number;
  /** The first ones and the newest ones, at most 20. */
  readonly events: readonly IncidentEvent[];
  readonly assignee?: string | undefined;
  /** At most 100, oldest first. */
  readonly comments: readonly IncidentComment[];
  readonly resolvedAtMs?: number | undefined;
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

/** One step of one playbook about one incident (subject `remediation:<id>`). */
export interface RemediationRecord {
  /** `rem-` and 26 characters; made from incident, playbook and step, so that it is never run twice. */
  readonly id: string;
  readonly incidentId: string;
  readonly playbookName: string;
  readonly step: number;
  readonly action: RemediationAction;
  /** ARN, access key id, grant id: what it is done to. */
  readonly target: string;
  readonly status: 'proposed' | 'approved' | 'dry-run' | 'done' | 'failed' | 'refused' | 'undone' | 'expired';
  /** Why it failed or was refused. */
  readonly reason?: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** ARNs of the people who approved it. */
  readonly approvedBy: readonly string[];
  /** When it is undone by itself. */
  readonly expiresAtMs?: number | undefined;
}

/** A principal that is kept from everything for a while (subject `quarantine:<principal id>`). */
export interface QuarantineRecord {
  readonly principalArn: string;
  readonly principalUniqueId: string;
  readonly incidentId: string;
  readonly sinceMs: number;
  readonly expiresAtMs: number;
}

/** The guard rails of automated remediation (subject `response:settings`). */
export interface ResponseSettingsRecord {
  /** ARNs of principals, credentials' holders and keys that no playbook touches. */
  readonly protectedArns: readonly string[];
  /** At most so many steps are run by themselves within an hour; more are proposed. */
  readonly stepsPerHourMax: number;
  /** From this level on two people must approve. */
  readonly twoPersonLevel: Level;
  /** While true nothing is run by itself. */
  readonly paused: boolean;
}
