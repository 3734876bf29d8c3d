export { type RemediationActivity, remediationActivity } from './remediation-activity.ts';
