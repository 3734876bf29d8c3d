export type { AccessPrincipal, AccessRequest } from './access-request.ts';
export { type CompiledPolicy, compilePolicy } from './compile.ts';
export { knownConditionKey } from './condition-keys.ts';
export { denialMessage } from './denial-message.ts';
export type { DecidingKind, DecidingStatement, Decision, PolicyNaming } from './decision.ts';
export type {
  ConditionElement,
  PolicyDocument,
  PolicyKind,
  PrincipalElement,
  Statement,
} from './document.ts';
export { PolicyError, type PolicyErrorCode } from './errors.ts';
export {
  type CompiledGrant,
  compileGrant,
  type Grant,
  type GrantConstraints,
  takesEncryptionContext,
} from './grant.ts';
export { type ApplicablePolicies, judge } from './judge.ts';
export { type AddressRange, isInRange, parseAddress, parseRange } from './ip-address.ts';
export { isLetIn } from './let-in.ts';
export { lintPolicy } from './lint.ts';
export type { LintCode, LintOptions, LintWarning } from './lint-warning.ts';
export { type Loosening, looseningsOf } from './loosened.ts';
export { wouldLockOut } from './lock-out.ts';
export { parsePolicy } from './parse-policy.ts';
export { principalsNamedBy } from './named-principals.ts';
export { compileStoredPolicy } from './stored-policy.ts';
export type { ConditionLookup } from './template.ts';
export {
  type DecisionTrace,
  type FailedCondition,
  type PolicyTrace,
  type StatementOutcome,
  type StatementTrace,
  traceDecision,
} from './trace.ts';
