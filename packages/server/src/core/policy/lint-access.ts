import type { PolicyKind, PrincipalElement, Statement } from './document.ts';
import { concernsOtherServices, kmsActionsOf, WITHOUT_RESOURCE } from './known-actions.ts';
import type { Finding } from './lint-warning.ts';
import { accountOf } from './principals.ts';

/** Keys by which a statement says whom it means although it names everybody. */
const OF_THE_CALLER =
  /^(aws:principal(arn|account|orgid|tag\/.*)|aws:userid|kms:calleraccount|aws:sourceip|.*[./].*:(sub|aud))$/;

/** What a statement allows more of than anybody may have thought. */
export function lintAccess(statement: Statement, kind: PolicyKind): readonly Finding[] {
  if (statement.effect === 'Deny') return statement.notPrincipal === undefined ? [] : [NOT_PRINCIPAL_DENY];
  return [
    ...lintActions(statement),
    ...lintPrincipals(statement),
    ...(kind === 'identity' ? lintResources(statement) : []),
  ];
}

const NOT_PRINCIPAL_DENY: Finding = {
  code: 'not-principal',
  message:
    'NotPrincipal exempts only who is named together with the account, and nobody with a permissions boundary; a ' +
    'condition on `aws:PrincipalArn` says it plainly',
};

function lintActions({ actions = [], notActions, principal }: Statement): readonly Finding[] {
  if (notActions !== undefined) {
    const message = 'NotAction allows every action that it does not name, those of later versions included';
    return [{ code: 'not-action-allow', message }];
  }
  // To let an account decide is no permission yet.
  if (principal !== undefined && isDelegation(principal)) return [];
  return actions
    .filter((action) => /^(\*|[^:]*:\*+)$/.test(action))
    .map((action) => ({ code: 'wildcard-action', message: `\`${action}\` allows every action` }));
}

function isDelegation({ everybody, aws, services, federated }: PrincipalElement): boolean {
  const isOutside = everybody || services.length > 0 || federated.length > 0;
  return !isOutside && aws.every((principal) => accountOf(principal) !== undefined);
}

function lintPrincipals({ principal, notPrincipal, conditions }: Statement): readonly Finding[] {
  if (notPrincipal !== undefined) {
    return [{ code: 'not-principal', message: 'NotPrincipal allows everybody whom it does not name' }];
  }
  const isNarrowed = conditions.some(
    ({ operator, key }) => OF_THE_CALLER.test(key.toLowerCase()) && !/Not|Null/.test(operator.name),
  );
  if (principal?.everybody !== true || isNarrowed) return [];
  return [{ code: 'wildcard-principal', message: 'the statement allows everybody, of any account' }];
}

function lintResources(statement: Statement): readonly Finding[] {
  if (statement.notResources !== undefined) {
    const message = 'NotResource allows every resource that it does not name, those of later included';
    return [{ code: 'not-resource-allow', message }];
  }
  const wide = (statement.resources ?? []).find((resource) =>
    /^(\*|arn:aws[^:]*:kms:\*:\*:.*\*)$/.test(resource),
  );
  if (wide === undefined) return [];
  const isAboutResources =
    concernsOtherServices(statement) ||
    kmsActionsOf(statement).some((action) => !WITHOUT_RESOURCE.includes(action));
  if (!isAboutResources) return [];
  return [
    { code: 'wildcard-resource', message: `\`${wide}\` covers every key, those of other accounts too` },
  ];
}
