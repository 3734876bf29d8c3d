export {
  type LogPolicy,
  parseLogPolicy,
  type PolicyLog,
  type PolicyWitness,
  trustedByPolicy,
} from './log-policy.ts';
