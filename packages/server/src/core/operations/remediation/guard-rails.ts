import { principalId } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { RESPONDER_NAME } from '../responder.ts';
import type {
  IncidentRecord,
  Level,
  PlaybookRecord,
  ResponseSettingsRecord,
  ResponseStepsRecord,
} from '../response-records.ts';
import { comparable, type Target } from './targets.ts';

const HOUR_MS = 3_600_000;
const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** What holds while nobody has said otherwise. */
const SETTINGS_DEFAULT: ResponseSettingsRecord = {
  protectedArns: [],
  stepsPerHourMax: 10,
  twoPersonLevel: 'critical',
  paused: false,
};

/** The guard rails in force. Looked up through the view: a step that is decided before a change of them is decided anew. */
export function settingsOf({ view }: Attempt): ResponseSettingsRecord {
  return view.responseSettings() ?? SETTINGS_DEFAULT;
}

/**
 * Whether no playbook touches this, whoever approves. Root, whoever breaks the glass, the administrators that accounts
 * begin with and the responder are protected always: without them nobody could undo what went wrong.
 */
export function isProtected(attempt: Attempt, { arns, principals }: Target): boolean {
  const { protectedArns } = settingsOf(attempt);
  const listed = new Set(protectedArns.map(comparable));
  if (arns.some((arn) => listed.has(comparable(arn)))) return true;
  return [...arns, ...principals.map(({ arn }) => arn)].map(comparable).some((arn) => isAlways(arn, attempt));
}

function isAlways(arn: string, { place }: Attempt): boolean {
  return (
    arn === principalId(place.account, 'user', 'admin') ||
    /^arn:aws:iam::[0-9]{12}:(?:root|role\/accountadministrator)$/.test(arn) ||
    arn.endsWith(`:service/${RESPONDER_NAME}`)
  );
}

/** How many people must approve a step about an incident of this level. */
export function approvalsNeeded(attempt: Attempt, level: Level): number {
  return isTwoPerson(attempt, level) ? 2 : 1;
}

function isTwoPerson(attempt: Attempt, level: Level): boolean {
  const { twoPersonLevel } = settingsOf(attempt);
  return twoPersonLevel !== 'never' && LEVELS.indexOf(level) >= LEVELS.indexOf(twoPersonLevel);
}

/** Why a step is not run by itself, in words; `undefined` when it may be. */
export function whyNotByItself(
  attempt: Attempt,
  playbook: PlaybookRecord | undefined,
  incident: IncidentRecord | undefined,
): string | undefined {
  if (playbook === undefined || playbook.disabled) return 'the playbook is disabled or deleted';
  if (playbook.mode !== 'act') return `the playbook's mode is \`${playbook.mode}\``;
  if (incident === undefined || !isUnderWay(incident)) return 'the incident is not open';
  const { paused, stepsPerHourMax } = settingsOf(attempt);
  if (paused) return 'remediation is paused';
  if (isTwoPerson(attempt, incident.level)) return `two people must approve at level \`${incident.level}\``;
  return recentSteps(attempt).length < stepsPerHourMax
    ? undefined
    : `${stepsPerHourMax} steps were run by themselves within an hour`;
}

/** Whether somebody still has to do something about it. */
export function isUnderWay({ status }: IncidentRecord): boolean {
  return status === 'open' || status === 'acknowledged';
}

/**
 * Counts one more step that runs by itself.
 *
 * INVARIANT: every such step reads and writes this one record, so that of two at the same time one is judged again and
 * counts the other.
 */
export function countStep(attempt: Attempt): void {
  const record: ResponseStepsRecord = { ranAtMs: [...recentSteps(attempt), attempt.nowMs] };
  attempt.write('response:steps', record);
}

function recentSteps({ nowMs, view }: Attempt): readonly number[] {
  return (view.responseSteps()?.ranAtMs ?? []).filter((atMs) => atMs > nowMs - HOUR_MS);
}
