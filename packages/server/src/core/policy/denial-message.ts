import type { AccessRequest } from './access-request.ts';
import type { DecidingKind, Decision } from './decision.ts';

/** AWS's sentence for a denial: who, what, on which resource, and which kind of policy said or lacked what. */
export function denialMessage(request: AccessRequest, decision: Decision): string {
  const { action, principal, resource } = request;
  const what = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  if (decision.by !== undefined) {
    return `${what} with an explicit deny in ${withArticle(phrase(decision.by.policyKind, action))}`;
  }
  const missing = phrase(decision.missing ?? 'identity-based', action);
  return `${what} because no ${missing} allows the ${action} action`;
}

/** What is asked of the security token service is asked of a role: its policy is its trust policy. */
function phrase(kind: DecidingKind, action: string): string {
  if (kind === 'identity-based') return 'identity-based policy';
  if (kind !== 'resource-based') return kind;
  return action.toLowerCase().startsWith('sts:') ? ROLE_TRUST_POLICY : 'resource-based policy';
}

const ROLE_TRUST_POLICY = 'role trust policy';

function withArticle(kind: string): string {
  if (kind === ROLE_TRUST_POLICY) return `the ${kind}`;
  return kind.startsWith('identity') ? `an ${kind}` : `a ${kind}`;
}
