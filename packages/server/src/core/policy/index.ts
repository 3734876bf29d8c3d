export type { AccessPrincipal, AccessRequest } from './access-request.ts';
export { type CompiledPolicy, compilePolicy } from './compile.ts';
export { denialMessage } from './denial-message.ts';
export type { DecidingKind, DecidingStatement, Decision } from './decision.ts';
export type {
  ConditionElement,
  PolicyDocument,
  PolicyKind,
  PrincipalElement,
  Statement,
} from './document.ts';
export { PolicyError, type PolicyErrorCode } from './errors.ts';
export { type ApplicablePolicies, judge } from './judge.ts';
export { wouldLockOut } from './lock-out.ts';
export { parsePolicy } from './parse-policy.ts';
export { compileStoredPolicy } from './stored-policy.ts';
export type { ConditionLookup } from './template.ts';
