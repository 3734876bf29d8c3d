export type {
  Acted,
  FunctionRequest,
  Posted,
  RemediationFollowerOptions,
  RemediationState,
} from './ports.ts';
export { RemediationFollower } from './remediation-follower.ts';
