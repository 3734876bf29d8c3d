import type { AccessRequest } from './access-request.ts';
import type { CompiledPolicy, CompiledStatement } from './compile.ts';
import type { DecidingKind, Decision } from './decision.ts';
import type { CompiledGrant } from './grant.ts';

/** The policies that have a say. */
export interface ApplicablePolicies {
  /** What keeps the caller from everything for a while, whatever else allows. Absent: nothing does. */
  readonly quarantine?: CompiledPolicy | undefined;
  /** Attached to the caller, and to the groups that the caller is in. */
  readonly identity: readonly CompiledPolicy[];
  /** Of what the request is about: a key's policy, a role's trust policy. Absent when it is about nothing with one. */
  readonly resource?: CompiledPolicy | undefined;
  /** The caller's permissions boundary. Absent: there is no such limit. */
  readonly boundary?: CompiledPolicy | undefined;
  /** Of the caller's session: one of them must allow. Absent: there is no such limit. */
  readonly session?: readonly CompiledPolicy[] | undefined;
  /** The guardrails over the caller's account, level by level: on each, one must allow. An empty level has no limit. */
  readonly organization?: readonly (readonly CompiledPolicy[])[] | undefined;
  /** The grants on the key that the request is about. */
  readonly grants?: readonly CompiledGrant[] | undefined;
}

const NO_LEVELS: readonly (readonly CompiledPolicy[])[] = [];
const NO_ORGANIZATION_POLICY = missing('service control policy');
const NO_RESOURCE_POLICY = missing('resource-based');
const NO_IDENTITY_POLICY = missing('identity-based');
const NO_BOUNDARY = missing('permissions boundary');
const NO_SESSION_POLICY = missing('session policy');

/**
 * Judges one request in the order that AWS documents (`spec/policy.md`, "evaluation"): an explicit deny anywhere
 * wins; every level of the organization must allow; then the policy of the resource allows the caller by name or lets
 * the policies of the caller decide, within the caller's boundary and session policies; or else a grant allows.
 * Nothing is allowed by default.
 */
export function judge(request: AccessRequest, applicable: ApplicablePolicies): Decision {
  const action = request.action.toLowerCase();
  const stop = findDeny(request, action, applicable) ?? findGuardrail(request, action, applicable);
  if (stop !== undefined) return stop;
  const decision = judgeResource(request, action, applicable);
  if (decision.allowed || applicable.grants === undefined) return decision;
  return judgeGrants(request, action, applicable, applicable.grants) ?? decision;
}

function findDeny(
  request: AccessRequest,
  action: string,
  applicable: ApplicablePolicies,
): Decision | undefined {
  const { quarantine, identity, resource, boundary, session, organization } = applicable;
  if (quarantine !== undefined) {
    const found = firstReaching(request, action, quarantine.denies);
    if (found !== undefined) return found.decision('quarantine');
  }
  const inOwn = firstDeny(request, action, identity);
  if (inOwn !== undefined) return inOwn.decision('identity-based');
  if (resource !== undefined) {
    const { denies, deniesBounded } = resource;
    const found = firstReaching(request, action, boundary === undefined ? denies : deniesBounded);
    if (found !== undefined) return found.decision('resource-based');
  }
  if (boundary !== undefined) {
    const found = firstReaching(request, action, boundary.denies);
    if (found !== undefined) return found.decision('permissions boundary');
  }
  const inSession = session === undefined ? undefined : firstDeny(request, action, session);
  if (inSession !== undefined) return inSession.decision('session policy');
  for (const level of organization ?? NO_LEVELS) {
    const found = firstDeny(request, action, level);
    if (found !== undefined) return found.decision('service control policy');
  }
  return undefined;
}

function findGuardrail(
  request: AccessRequest,
  action: string,
  { organization }: ApplicablePolicies,
): Decision | undefined {
  for (const level of organization ?? NO_LEVELS) {
    if (level.length > 0 && firstAllow(request, action, level) === undefined) return NO_ORGANIZATION_POLICY;
  }
  return undefined;
}

/** Within the resource's account its policy can allow alone; across accounts both sides must allow. */
function judgeResource(request: AccessRequest, action: string, applicable: ApplicablePolicies): Decision {
  const { resource } = applicable;
  const isOwnAccount = request.principal.account === request.resourceAccount;
  if (resource === undefined) {
    return isOwnAccount ? judgeIdentity(request, action, applicable) : NO_RESOURCE_POLICY;
  }
  let byRole: CompiledStatement | undefined;
  let via: CompiledStatement | undefined;
  for (const statement of resource.allows) {
    const reach = statement.reach(request, action);
    if (reach === 'none') continue;
    if (reach === 'outside' || (reach === 'direct' && isOwnAccount)) {
      return statement.decision('resource-based');
    }
    if (reach === 'role' && isOwnAccount) byRole ??= statement;
    via ??= statement;
  }
  if (byRole !== undefined) {
    return findLimit(request, action, applicable) ?? byRole.decision('resource-based');
  }
  if (via === undefined) return NO_RESOURCE_POLICY;
  const decision = judgeIdentity(request, action, applicable);
  return decision.allowed ? { ...decision, via: via.identity('resource-based') } : decision;
}

/** The caller's own policies, within the caller's limits. */
function judgeIdentity(request: AccessRequest, action: string, applicable: ApplicablePolicies): Decision {
  const found = firstAllow(request, action, applicable.identity);
  if (found === undefined) return NO_IDENTITY_POLICY;
  return findLimit(request, action, applicable) ?? found.decision('identity-based');
}

/** What the caller's boundary or session does not allow, nobody else can allow to the caller but by name. */
function findLimit(
  request: AccessRequest,
  action: string,
  { boundary, session }: ApplicablePolicies,
): Decision | undefined {
  if (boundary !== undefined && firstReaching(request, action, boundary.allows) === undefined) {
    return NO_BOUNDARY;
  }
  if (session !== undefined && firstAllow(request, action, session) === undefined) return NO_SESSION_POLICY;
  return undefined;
}

/** A grant reaches its grantee whatever the account; one to an account leaves the decision to identity policies. */
function judgeGrants(
  request: AccessRequest,
  action: string,
  applicable: ApplicablePolicies,
  grants: readonly CompiledGrant[],
): Decision | undefined {
  const isOwnAccount = request.principal.account === request.resourceAccount;
  for (const grant of grants) {
    const reach = grant.reach(request, action);
    if (reach === 'none') continue;
    if (reach === 'outside' || (reach === 'direct' && isOwnAccount)) return grant.decision('grant');
    if (reach === 'account') {
      const decision = judgeIdentity(request, action, applicable);
      if (decision.allowed) return { ...decision, via: grant.identity('grant') };
    } else if (findLimit(request, action, applicable) === undefined) {
      return grant.decision('grant');
    }
  }
  return undefined;
}

function firstAllow(
  request: AccessRequest,
  action: string,
  policies: readonly CompiledPolicy[],
): CompiledStatement | undefined {
  for (const policy of policies) {
    const found = firstReaching(request, action, policy.allows);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstDeny(
  request: AccessRequest,
  action: string,
  policies: readonly CompiledPolicy[],
): CompiledStatement | undefined {
  for (const policy of policies) {
    const found = firstReaching(request, action, policy.denies);
    if (found !== undefined) return found;
  }
  return undefined;
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

function missing(kind: DecidingKind): Decision {
  return { allowed: false, effect: 'implicit-deny', missing: kind };
}
