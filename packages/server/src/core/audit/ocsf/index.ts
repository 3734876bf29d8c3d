export type { ApiActivity } from './api-activity.ts';
export { ocsfActivity } from './ocsf-activity.ts';
export { type RemediationActivity, remediationActivity } from './remediation-activity.ts';
