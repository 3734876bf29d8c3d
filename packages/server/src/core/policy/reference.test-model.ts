import type { AccessRequest } from './access-request.ts';
import type { DecidingKind, DecidingStatement, Decision } from './decision.ts';
import type { PolicyDocument } from './document.ts';
import type { Grant } from './grant.ts';
import { type Reach, reachOf, reachOfPrincipal } from './reference-matching.test-model.ts';

/** A policy under the name that decisions use. */
export interface NamedDocument {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** The policies that have a say, as they were read. */
export interface ApplicableDocuments {
  readonly quarantine?: NamedDocument | undefined;
  readonly identity: readonly NamedDocument[];
  readonly resource?: NamedDocument | undefined;
  readonly boundary?: NamedDocument | undefined;
  readonly session?: readonly NamedDocument[] | undefined;
  readonly organization?: readonly (readonly NamedDocument[])[] | undefined;
  readonly grants?: readonly Grant[] | undefined;
}

/** A statement that matches. */
export interface Match {
  readonly effect: 'Allow' | 'Deny';
  readonly reach: Reach;
  readonly by: DecidingStatement;
}

/** All statements that match, by the slot that their policy is in. */
export interface Matches {
  readonly quarantine: readonly Match[];
  readonly identity: readonly Match[];
  readonly resource: readonly Match[];
  readonly boundary: readonly Match[];
  readonly session: readonly Match[];
  readonly organization: readonly (readonly Match[])[];
  readonly grants: readonly Match[];
}

/** Every statement of every policy compared with the request. */
export function referenceMatches(request: AccessRequest, policies: ApplicableDocuments): Matches {
  const { quarantine, identity, resource, boundary, session = [], organization = [], grants = [] } = policies;
  const isBounded = boundary !== undefined;
  const all = (kind: DecidingKind, documents: readonly (NamedDocument | undefined)[]): readonly Match[] =>
    documents.flatMap((named) => (named === undefined ? [] : matches(request, kind, named, isBounded)));
  return {
    quarantine: all('quarantine', [quarantine]),
    identity: all('identity-based', identity),
    resource: all('resource-based', [resource]),
    boundary: all('permissions boundary', [boundary]),
    session: all('session policy', session),
    organization: organization.map((level) => all('service control policy', level)),
    grants: grants.flatMap((grant) => matchesOfGrant(request, grant)),
  };
}

/**
 * The judge as `spec/policy.md` tells it after AWS's "policy evaluation logic", one sentence after the other, with
 * nothing prepared and nothing fast. Tests hold the compiled judge against it.
 */
export function referenceJudge(request: AccessRequest, policies: ApplicableDocuments): Decision {
  const found = referenceMatches(request, policies);
  const allows = (list: readonly Match[]): readonly Match[] =>
    list.filter(({ effect }) => effect === 'Allow');

  // An explicit deny in any policy is the end.
  const everything = [
    ...found.quarantine,
    ...found.identity,
    ...found.resource,
    ...found.boundary,
    ...found.session,
    ...found.organization.flat(),
  ];
  const deny = everything.find(({ effect }) => effect === 'Deny');
  if (deny !== undefined) return { allowed: false, effect: 'explicit-deny', by: deny.by };

  // Every level of the organization that has policies must allow.
  const isGuarded = found.organization.every(
    (level, index) => policies.organization?.[index]?.length === 0 || allows(level).length > 0,
  );
  if (!isGuarded) return implicitDeny('service control policy');

  // What the caller's own side says, and what its limits say.
  const limit =
    policies.boundary !== undefined && allows(found.boundary).length === 0
      ? implicitDeny('permissions boundary')
      : policies.session !== undefined && allows(found.session).length === 0
        ? implicitDeny('session policy')
        : undefined;
  const own = allows(found.identity)[0];
  const byIdentity = own === undefined ? implicitDeny('identity-based') : (limit ?? allow(own));
  const byPolicies = judgeSides(request, policies, allows(found.resource), { byIdentity, limit });
  if (byPolicies.allowed) return byPolicies;

  // A grant allows its grantee whatever the account of either, within the limits unless it names the caller itself.
  for (const grant of found.grants) {
    if (grant.reach === 'account') {
      if (byIdentity.allowed) return { ...byIdentity, via: grant.by };
    } else if (grant.reach === 'outside' || limit === undefined) {
      return allow(grant);
    } else if (grant.reach === 'direct' && request.principal.account === request.resourceAccount) {
      return allow(grant);
    }
  }
  return byPolicies;
}

/** Within one account either side can suffice; across accounts both must allow. */
function judgeSides(
  { principal, resourceAccount }: AccessRequest,
  { resource }: ApplicableDocuments,
  resourceAllows: readonly Match[],
  { byIdentity, limit }: { readonly byIdentity: Decision; readonly limit: Decision | undefined },
): Decision {
  const first = (...reaches: readonly Reach[]): Match | undefined =>
    resourceAllows.find(({ reach }) => reaches.includes(reach));
  const isOwnAccount = principal.account === resourceAccount;
  if (resource === undefined) return isOwnAccount ? byIdentity : implicitDeny('resource-based');
  const alone = isOwnAccount ? first('outside', 'direct') : first('outside');
  if (alone !== undefined) return allow(alone);
  const byRole = isOwnAccount ? first('role') : undefined;
  if (byRole !== undefined) return limit ?? allow(byRole);
  const [via] = resourceAllows;
  if (via === undefined) return implicitDeny('resource-based');
  return byIdentity.allowed ? { ...byIdentity, via: via.by } : byIdentity;
}

function allow({ by }: Match): Decision {
  return { allowed: true, effect: 'allow', by };
}

function implicitDeny(missing: DecidingKind): Decision {
  return { allowed: false, effect: 'implicit-deny', missing };
}

function matches(
  request: AccessRequest,
  policyKind: DecidingKind,
  { name, document }: NamedDocument,
  isBounded: boolean,
): readonly Match[] {
  return document.statements
    .map((statement, statementIndex) => ({
      effect: statement.effect,
      reach: reachOf(request, statement, document.version === '2012-10-17', isBounded),
      by: { policyKind, policyName: name, policySha256: undefined, sid: statement.sid, statementIndex },
    }))
    .filter(({ reach }) => reach !== 'none');
}

const WITH_CONTEXT = /^kms:(encrypt|decrypt|generatedatakey|reencrypt)/;

function matchesOfGrant(request: AccessRequest, grant: Grant): readonly Match[] {
  const { principal } = request;
  const action = request.action.toLowerCase();
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = grant.constraints ?? {};
  const has = (key: string, value: string): boolean => {
    const values = request.conditions(key.toLowerCase()) ?? [];
    return values.length > 0 && values.every((actual) => actual === value);
  };
  const hasPairs = (pairs: Readonly<Record<string, string>> = {}): boolean =>
    Object.entries(pairs).every(([name, value]) => has(`kms:EncryptionContext:${name}`, value));
  const isEqual =
    encryptionContextEquals === undefined ||
    Object.keys(encryptionContextEquals).length ===
      (request.conditions('kms:encryptioncontextkeys') ?? []).length;
  const isContextRight = hasPairs(encryptionContextEquals) && hasPairs(encryptionContextSubset) && isEqual;
  const isGranted =
    grant.operations.some((operation) => `kms:${operation}`.toLowerCase() === action) &&
    (isContextRight || !WITH_CONTEXT.test(action)) &&
    (sourceArn === undefined || has('aws:SourceArn', sourceArn));
  const grantee = { everybody: false, aws: [grant.grantee], services: [grant.grantee] };
  const element = { ...grantee, federated: [], canonicalUsers: [] };
  const reach = isGranted ? reachOfPrincipal(element, principal, 'Allow') : 'none';
  const by = { policyKind: 'grant', policyName: grant.grantId, policySha256: undefined } as const;
  if (reach === 'none') return [];
  return [{ effect: 'Allow', reach, by: { ...by, sid: grant.name, statementIndex: 0 } }];
}
