import type { AccessRequest } from './access-request.ts';
import type { Decision } from './decision.ts';

/** AWS's sentence for a denial: who, what, on which resource, and which kind of policy said or lacked what. */
export function denialMessage(request: AccessRequest, decision: Decision): string {
  const { action, principal, resource } = request;
  const what = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  if (decision.by !== undefined) {
    const article = decision.by.policyKind === 'identity-based' ? 'an' : 'a';
    return `${what} with an explicit deny in ${article} ${decision.by.policyKind} policy`;
  }
  return `${what} because no ${decision.missing ?? 'identity-based'} policy allows the ${action} action`;
}
