import type { AccessRequest } from './access-request.ts';
import type { CompiledPolicy, CompiledStatement } from './compile.ts';
import type { Decision } from './decision.ts';

/** The policies that have a say. */
export interface ApplicablePolicies {
  /** Attached to the caller. */
  readonly identity: readonly CompiledPolicy[];
  /** Attached to the key that the request is about; absent when it is about none. */
  readonly key?: CompiledPolicy | undefined;
}

const NO_IDENTITY_POLICY: Decision = {
  allowed: false,
  effect: 'implicit-deny',
  missing: 'identity-based',
};
const NO_KEY_POLICY: Decision = { allowed: false, effect: 'implicit-deny', missing: 'resource-based' };

/**
 * Judges one request in the order that AWS documents (`spec/policy.md`, "evaluation"): an explicit deny anywhere
 * wins; a key's policy must allow the caller by name, or let the identity policies of the caller's account decide;
 * where there is no key, identity policies decide. Nothing is allowed by default.
 */
export function judge(request: AccessRequest, { identity, key }: ApplicablePolicies): Decision {
  const action = request.action.toLowerCase();
  const denied = findDeny(request, action, identity, key);
  if (denied !== undefined) return denied.decision;
  const isOwnAccount = request.principal.account === request.resourceAccount;
  if (key === undefined) return isOwnAccount ? judgeIdentity(request, action, identity) : NO_KEY_POLICY;
  let via: CompiledStatement | undefined;
  for (const statement of key.allows) {
    const reach = statement.reach(request, action);
    if (reach === 'direct' && isOwnAccount) return statement.decision;
    if (reach !== 'none') via ??= statement;
  }
  if (via === undefined) return NO_KEY_POLICY;
  const decision = judgeIdentity(request, action, identity);
  return decision.allowed ? { ...decision, via: via.identity } : decision;
}

function judgeIdentity(
  request: AccessRequest,
  action: string,
  policies: readonly CompiledPolicy[],
): Decision {
  for (const policy of policies) {
    const found = firstReaching(request, action, policy.allows);
    if (found !== undefined) return found.decision;
  }
  return NO_IDENTITY_POLICY;
}

function findDeny(
  request: AccessRequest,
  action: string,
  identity: readonly CompiledPolicy[],
  key: CompiledPolicy | undefined,
): CompiledStatement | undefined {
  for (const policy of identity) {
    const found = firstReaching(request, action, policy.denies);
    if (found !== undefined) return found;
  }
  return key === undefined ? undefined : firstReaching(request, action, key.denies);
}

function firstReaching(
  request: AccessRequest,
  action: string,
  statements: readonly CompiledStatement[],
): CompiledStatement | undefined {
  for (const statement of statements) {
    if (statement.reach(request, action) !== 'none') return statement;
  }
  return undefined;
}
