import type { AuditEvent } from '../event.ts';
import { type ApiActivity, apiActivity } from './api-activity.ts';
import { type RemediationActivity, remediationActivity } from './remediation-activity.ts';

/** The event as OCSF has it: a Remediation Activity of what was done about an incident, an API Activity of all else. */
export function ocsfActivity(event: AuditEvent): ApiActivity | RemediationActivity {
  return remediationActivity(event) ?? apiActivity(event);
}
