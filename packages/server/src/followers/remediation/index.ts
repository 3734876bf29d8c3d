export type { Acted, RemediationFollowerOptions, RemediationState } from './ports.ts';
export { RemediationFollower } from './remediation-follower.ts';
