import { sha256Hex } from '../../crypto/index.ts';
import { identityArn, type ManagedPolicyRecord, type PolicyVersion } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { newUniqueId } from '../bootstrap.ts';
import { builtInPolicies } from '../built-in-policies.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import { noteTags } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { writePolicyDocument } from '../principal-records.ts';
import { describePolicy, summarizePolicy } from './descriptions.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { authorizeCreation, readTags } from './identity-tags.ts';
import { pageOfItems } from './item-pages.ts';
import { MANAGED_POLICY_CHARACTERS_MAX } from './limits.ts';
import { isBuiltIn, policies, type PolicyUse, policyUses, refuseBuiltIn, UNUSED } from './policies.ts';
import { charactersOf, checkPolicyText } from './policy-texts.ts';

const createPolicy: Operation = {
  name: 'CreatePolicy',
  action: 'policy.create',
  run(attempt, params) {
    const name = params.text('policyName');
    const path = params.optionalText('path') ?? '/';
    const tags = readTags(params);
    const arn = identityArn(attempt.account, 'policy', path, name);
    noteParameters(attempt, { policy: arn });
    authorizeCreation(attempt, 'Policy', arn, { tags });
    takeName(attempt, name);
    const document = readPolicyText(attempt, params);
    const version: PolicyVersion = { id: 'v1', document, createdAtMs: attempt.nowMs };
    const record: ManagedPolicyRecord = {
      arn,
      account: attempt.account,
      name,
      path,
      uniqueId: newUniqueId('ANPA', attempt.entropy),
      description: params.optionalText('description') ?? '',
      createdAtMs: attempt.nowMs,
      updatedAtMs: attempt.nowMs,
      versions: [version],
      defaultVersionId: version.id,
      lastVersion: 1,
      tags,
    };
    policies.write(attempt, record);
    attempt.note.change = {
      after: {
        description: clip(record.description),
        policy: arn,
        policySha256: writePolicyDocument(attempt, document),
        uniqueId: record.uniqueId,
        ...noteTags(attempt, tags),
      },
    };
    return { policy: describePolicy(record, UNUSED) };
  },
};

/**
 * Names are unique in their account whatever their path and case, and policies are stored by their ARN. INVARIANT:
 * every creation looks at this subject, which never has a record, and writes it; so of two that take one name at the
 * same time one is judged again and finds the other.
 *
 * @throws OperationError `AlreadyExists`.
 */
function takeName(attempt: Attempt, name: string): void {
  const lower = name.toLowerCase();
  const lock = `${attempt.account}/${lower}`;
  attempt.view.policy(lock);
  attempt.write(`policy:${lock}`, null);
  for (const { record } of attempt.view.peek.policies.values()) {
    if (record.account !== attempt.account || record.name.toLowerCase() !== lower) continue;
    const message = `A policy called ${name} already exists. Duplicate names are not allowed.`;
    throw new OperationError('AlreadyExists', message);
  }
}

/**
 * The text of a managed policy.
 *
 * @throws OperationError `MalformedPolicy` or `LimitExceeded`.
 */
export function readPolicyText(attempt: Attempt, params: Params): string {
  const text = params.text('policyDocument');
  checkPolicyText(attempt, text, 'identity');
  if (charactersOf(text) <= MANAGED_POLICY_CHARACTERS_MAX) return text;
  throw new OperationError(
    'LimitExceeded',
    `Cannot exceed quota for PolicySize: ${MANAGED_POLICY_CHARACTERS_MAX}`,
  );
}

const getPolicy: Operation = {
  name: 'GetPolicy',
  action: 'policy.read',
  run(attempt, params) {
    const record = requireEntity(attempt, policies, params.text('policyArn'), 'GetPolicy');
    return { policy: describePolicy(record, policyUses(attempt)(record.arn)) };
  },
};

const deletePolicy: Operation = {
  name: 'DeletePolicy',
  action: 'policy.delete',
  run(attempt, params) {
    const record = requireEntity(attempt, policies, params.text('policyArn'), 'DeletePolicy');
    refuseBuiltIn(record);
    const { attached, asBoundary } = policyUses(attempt)(record.arn);
    if (attached + asBoundary > 0) {
      throw new OperationError('DeleteConflict', 'Cannot delete a policy attached to entities.');
    }
    if (record.versions.length > 1) {
      const message =
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.";
      throw new OperationError('DeleteConflict', message);
    }
    attempt.write(`policy:${record.arn}`, null);
    attempt.note.change = {
      before: {
        policy: record.arn,
        policySha256: sha256Hex(record.versions[0]?.document ?? ''),
        uniqueId: record.uniqueId,
      },
    };
    return {};
  },
};

const listPolicies: Operation = {
  name: 'ListPolicies',
  action: 'policy.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'iam:ListPolicies', resource: '*' });
    const useOf = policyUses(attempt);
    const prefix = params.optionalText('pathPrefix') ?? '/';
    const found = policiesInScope(attempt, params.optionalText('scope') ?? 'All').filter(
      ({ arn, path }) => path.startsWith(prefix) && isWanted(useOf(arn), params),
    );
    const { items, isTruncated, marker } = pageOfItems(found, params, policyKey);
    return {
      isTruncated,
      marker,
      policies: items.map((record) => summarizePolicy(record, useOf(record.arn))),
    };
  },
};

/** The caller's own policies, those that come with the service, or both. */
export function policiesInScope(attempt: Attempt, scope: string): readonly ManagedPolicyRecord[] {
  const own = scope === 'AWS' ? [] : [...attempt.view.peek.policies.values()];
  const builtIn = scope === 'Local' ? [] : builtInPolicies();
  return [...own, ...builtIn]
    .map(({ record }) => record)
    .filter((record) => isBuiltIn(record) || record.account === attempt.account);
}

/** By name; a customer's policy may have the name of one that comes with the service. */
export function policyKey({ account, name }: ManagedPolicyRecord): string {
  return `${name.toLowerCase()} ${account}`;
}

function isWanted({ attached, asBoundary }: PolicyUse, params: Params): boolean {
  const usage = params.optionalText('policyUsageFilter');
  if (usage === 'PermissionsPolicy') return attached > 0;
  if (usage === 'PermissionsBoundary') return asBoundary > 0;
  return !params.flag('onlyAttached') || attached + asBoundary > 0;
}

/** The operations on managed policies themselves; their versions are in `policy-versions.ts`. */
export const managedPolicyOperations: readonly Operation[] = [
  createPolicy,
  getPolicy,
  deletePolicy,
  listPolicies,
];
