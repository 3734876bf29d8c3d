import type { AuditEvent, EventParameters } from '../event.ts';
import { OCSF_PRODUCT, OCSF_VERSION } from './schema-version.ts';

/** A Remediation Activity of OCSF (class 7001, schema 1.5.0), as far as an event says anything about its members. */
export interface RemediationActivity {
  readonly activity_id: number;
  readonly activity_name: string;
  readonly category_name: 'Remediation';
  readonly category_uid: 7;
  readonly class_name: 'Remediation Activity';
  readonly class_uid: 7001;
  /** The remediation's id, the same for all that is done about it. */
  readonly command_uid: string;
  readonly message: string;
  readonly metadata: {
    readonly product: { readonly name: string; readonly vendor_name: string };
    /** The event's id. */
    readonly uid: string;
    readonly version: string;
  };
  readonly remediation: { readonly desc: string };
  readonly severity_id: number;
  readonly status_code: string;
  readonly status_detail?: string;
  readonly status_id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type_uid: number;
  readonly unmapped: EventParameters;
}

const CLASS_UID = 7001;
const RESTORE = 3;
const OTHER = 99;

const ACTIVITY_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'Isolate'],
  [2, 'Evict'],
  [RESTORE, 'Restore'],
  [4, 'Harden'],
]);

/** D3FEND's tactic of each action: what only a function knows is none of them. */
const ACTIVITIES: Readonly<Record<string, number>> = {
  'disable-credential': 2,
  'disable-key': 1,
  'quarantine-principal': 1,
  'require-approval': 4,
  'revoke-grant': 2,
  'revoke-sessions': 2,
};

/** Success, Failure, and Unknown for a call of which the end is not known yet. */
const STATUS_IDS: Readonly<Record<string, number>> = {
  calling: 0,
  done: 1,
  expired: 1,
  failed: 2,
  refused: 2,
  undone: 1,
};

const SEVERITY_IDS: Readonly<Record<string, number>> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** Acts by which something is done; proposals and approvals are none. */
const ACTS: ReadonlySet<string> = new Set([
  'remediation.expire',
  'remediation.record',
  'remediation.run',
  'remediation.undo',
]);

/** Renders an event as a Remediation Activity; `undefined` for one by which nothing was done or tried. */
export function remediationActivity(event: AuditEvent): RemediationActivity | undefined {
  const { action, change, id, outcome, parameters, time } = event;
  const after = change?.after ?? {};
  const status = textOf(after['status']);
  const statusId = STATUS_IDS[status];
  const commandUid = textOf(parameters?.['remediation']);
  if (!ACTS.has(action) || outcome !== 'success') return undefined;
  if (statusId === undefined || commandUid === '') return undefined;
  const isBack = action === 'remediation.undo' || action === 'remediation.expire';
  const step = textOf(after['action']);
  const activityId = isBack ? RESTORE : (ACTIVITIES[step] ?? OTHER);
  const detail = textOf(after['reason']) || textOf(after['outcome']);
  const desc = `${isBack ? 'take back ' : ''}${step} of ${textOf(after['target'])}`;
  return {
    activity_id: activityId,
    activity_name: ACTIVITY_NAMES.get(activityId) ?? step,
    category_name: 'Remediation',
    category_uid: 7,
    class_name: 'Remediation Activity',
    class_uid: CLASS_UID,
    command_uid: commandUid,
    message: `${desc}: ${status}`,
    metadata: {
      product: OCSF_PRODUCT,
      uid: id,
      version: OCSF_VERSION,
    },
    remediation: { desc },
    severity_id: SEVERITY_IDS[textOf(after['level'])] ?? 0,
    status_code: status,
    ...(detail === '' ? {} : { status_detail: detail }),
    status_id: statusId,
    time: Date.parse(time),
    type_uid: CLASS_UID * 100 + activityId,
    unmapped: {
      actor: event.actor.arn ?? event.actor.name,
      incident: after['incident'],
      playbook: after['playbook'],
      step: after['step'],
      until: after['until'],
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
