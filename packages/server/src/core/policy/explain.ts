import type { AccessRequest } from './access-request.ts';
import type { Decision, DecidingStatement } from './decision.ts';

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

/** One sentence for people: what was decided, and by which statements. */
export function explainDecision({ by, effect, missing, via }: Decision): string {
  switch (effect) {
    case 'explicit-deny':
      return `denied by ${nameOf(by)}`;
    case 'implicit-deny':
      return missing === 'resource-based'
        ? 'denied because no resource-based policy allows it: the key policy neither names the caller nor leaves the decision to the identity policies of the account'
        : 'denied because no identity-based policy allows it';
    case 'allow':
      return via === undefined
        ? `allowed by ${nameOf(by)}`
        : `allowed by ${nameOf(by)}, to which ${nameOf(via)} leaves the decision`;
  }
}

function nameOf(statement: DecidingStatement | undefined): string {
  if (statement === undefined) return 'no statement';
  const { policyKind, policyName, sid, statementIndex } = statement;
  const name = sid === undefined ? `#${statementIndex}` : `#${statementIndex} (\`${sid}\`)`;
  return `statement ${name} of the ${policyKind} policy \`${policyName}\``;
}
