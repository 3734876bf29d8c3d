import { rootArn } from '../identity/index.ts';
import { type Key, keyName } from '../keys/index.ts';
import type { AccessRequest, ApplicablePolicies, CompiledPolicy } from '../policy/index.ts';
import type { AccessQuestion, Asker } from './access-question.ts';
import type { CallerPolicies } from './caller-policies.ts';
import { conditionLookup, ownerOf } from './conditions.ts';
import { reachesOtherAccounts } from './cross-account.ts';
import type { StoredGrant } from './grant-book.ts';
import type { Principal } from './principal.ts';
import type { Replica } from './replica.ts';

/** A question made ready for policy: what is asked, and all that has a say. */
export interface AccessCase {
  readonly request: AccessRequest;
  readonly policies: ApplicablePolicies;
  /** The grants among the policies. */
  readonly grants: readonly StoredGrant[];
}

const NO_GRANTS: readonly StoredGrant[] = [];

/** Puts together what policy is asked, for a decision, an explanation or a simulation: all ask in the same way. */
export function accessCase(asker: Asker, question: AccessQuestion, policies: CallerPolicies): AccessCase {
  const grants = grantsFor(asker, question);
  const request = {
    action: question.permission,
    resource: question.resource,
    principal: accessPrincipal(asker.principal),
    resourceAccount: ownerOf(asker, question),
    conditions: conditionLookup(asker, question),
  };
  return {
    request,
    policies: {
      quarantine: policies.quarantine,
      identity: policies.identity,
      boundary: policies.boundary,
      session: policies.session,
      organization: policies.organization,
      resource: resourcePolicyOf(asker, question),
      grants: grants.length === 0 ? undefined : grants.map((grant) => grant.compiled),
    },
    grants,
  };
}

/** A principal as policy knows it. */
export function accessPrincipal({
  account,
  arn,
  federatedBy,
  record,
}: Principal): AccessRequest['principal'] {
  return {
    arn,
    account,
    ...(record.type === 'role' ? { roleArn: record.arn } : {}),
    ...(federatedBy === undefined ? {} : { federated: federatedBy }),
  };
}

/**
 * The policy of what a question is about. That of a key says nothing about retiring grants, which is for the grants to
 * say, and nothing to other accounts about what is never done across accounts.
 */
function resourcePolicyOf(
  { principal }: Asker,
  { key, permission, resourcePolicy }: AccessQuestion,
): CompiledPolicy | undefined {
  if (key === undefined) return resourcePolicy;
  if (permission.toLowerCase() === RETIRE_GRANT) return undefined;
  const isOwn = key.record.account === principal.account;
  return isOwn || reachesOtherAccounts(permission) ? key.policy() : undefined;
}

const RETIRE_GRANT = 'kms:retiregrant';

function grantsFor(
  { principal, state }: Asker,
  { grants, key, grantOperation }: AccessQuestion,
): readonly StoredGrant[] {
  if (grants !== undefined) return grants;
  if (key === undefined || grantOperation === undefined) return NO_GRANTS;
  return grantsReaching(state, principal, key);
}

/**
 * Of the grants that reach a principal, in the same order, as many as decide a question that is asked once with all that
 * there is to know.
 */
export function grantsDeciding(
  { principal, request, state: { grants } }: Asker,
  { conditions, encryptionContext: context, grantOperation, key }: AccessQuestion,
): readonly StoredGrant[] | undefined {
  if (key === undefined || grantOperation === undefined || grants.isEmpty) return undefined;
  const hasSource = [conditions, request.conditions].some((told) => told?.[SOURCE_ARN] !== undefined);
  const need = { operation: grantOperation, context, hasSource };
  return granteesOf(principal).flatMap((grantee) =>
    grants.deciding(keyName(key.record), grantee, principal.record.uniqueId, need),
  );
}

const SOURCE_ARN = 'aws:sourcearn';

/** Whom a grant can name that reaches a principal: itself, the role that it is a session of, and its account. */
function granteesOf({ account, arn, record }: Principal): readonly string[] {
  return record.type === 'role' ? [arn, record.arn, rootArn(account)] : [arn, rootArn(account)];
}

/**
 * The grants on a key to a principal, to the role that it is a session of, and to its account: few. A grant to somebody
 * of the same name who is gone is none.
 */
export function grantsReaching(
  { grants }: Replica,
  principal: Principal,
  { record: on }: Key,
): readonly StoredGrant[] {
  if (grants.isEmpty) return NO_GRANTS;
  const { uniqueId } = principal.record;
  return granteesOf(principal)
    .flatMap((grantee) => grants.on(keyName(on), grantee))
    .filter(({ record: { granteeUniqueId } }) => (granteeUniqueId ?? uniqueId) === uniqueId);
}
