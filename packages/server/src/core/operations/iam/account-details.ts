import {
  groupId,
  type GroupRecord,
  type InlinePolicy,
  type ManagedPolicyRecord,
  type RoleRecord,
  type UserRecord,
} from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { describeAttached } from './attachments.ts';
import {
  describeGroup,
  describeLimits,
  describeVersion,
  summarizePolicy,
  summarizeRole,
  summarizeUser,
} from './descriptions.ts';
import { groupsOf, rolesOf, usersOf } from './holders.ts';
import { pageOfItems } from './item-pages.ts';
import {
  ACCESS_KEYS_PER_USER_MAX,
  ATTACHED_POLICIES_MAX,
  GROUP_POLICY_CHARACTERS_MAX,
  GROUPS_PER_USER_MAX,
  MANAGED_POLICY_CHARACTERS_MAX,
  POLICY_VERSIONS_MAX,
  ROLE_POLICY_CHARACTERS_MAX,
  TRUST_POLICY_CHARACTERS_MAX,
  USER_POLICY_CHARACTERS_MAX,
} from './limits.ts';
import { policiesInScope, policyKey } from './managed-policies.ts';
import { isBuiltIn, policyUses } from './policies.ts';

type ListName = 'groupDetailList' | 'policies' | 'roleDetailList' | 'userDetailList';

/** One entity of the account: which list of the answer it stands in, its place in the order, and how to tell it. */
interface Detail {
  readonly list: ListName;
  readonly key: string;
  readonly describe: () => Result;
}

const getAccountAuthorizationDetails: Operation = {
  name: 'GetAccountAuthorizationDetails',
  action: 'account.read',
  run(attempt, params) {
    attempt.authorize({ permission: 'iam:GetAccountAuthorizationDetails', resource: '*' });
    const { items, isTruncated, marker } = pageOfItems(detailsOf(attempt, params), params, ({ key }) => key);
    const listed = (wanted: ListName): readonly Result[] =>
      items.filter(({ list }) => list === wanted).map(({ describe }) => describe());
    return {
      groupDetailList: listed('groupDetailList'),
      isTruncated,
      marker,
      policies: listed('policies'),
      roleDetailList: listed('roleDetailList'),
      userDetailList: listed('userDetailList'),
    };
  },
};

function detailsOf(attempt: Attempt, params: Params): readonly Detail[] {
  const filter = params.texts('filter');
  const wants = (type: string): boolean => filter.length === 0 || filter.includes(type);
  return [
    ...(wants('User') ? usersOf(attempt).map((record) => userDetail(attempt, record)) : []),
    ...(wants('Group') ? groupsOf(attempt).map(groupDetail) : []),
    ...(wants('Role') ? rolesOf(attempt).map(roleDetail) : []),
    ...policyDetails(attempt, wants('LocalManagedPolicy'), wants('AWSManagedPolicy')),
  ];
}

function userDetail(attempt: Attempt, record: UserRecord): Detail {
  const describe = (): Result => ({
    ...summarizeUser(record),
    ...describeLimits(record),
    attachedManagedPolicies: (record.attached ?? []).map(describeAttached),
    groupList: (record.groups ?? []).map((name) => groupName(attempt, record.account, name)),
    userPolicyList: describeInline(record.policies),
  });
  return { list: 'userDetailList', key: `user ${record.name.toLowerCase()}`, describe };
}

/** As it was written; users refer to their groups in lower case. */
function groupName(attempt: Attempt, account: string, name: string): string {
  return attempt.view.peek.groups.get(groupId(account, name))?.record.name ?? name;
}

function groupDetail(record: GroupRecord): Detail {
  const describe = (): Result => ({
    ...describeGroup(record),
    attachedManagedPolicies: record.attached.map(describeAttached),
    groupPolicyList: describeInline(record.policies),
  });
  return { list: 'groupDetailList', key: `group ${record.name.toLowerCase()}`, describe };
}

function roleDetail(record: RoleRecord): Detail {
  const describe = (): Result => {
    const { arn, assumeRolePolicyDocument, createDate, path, roleId, roleName } = summarizeRole(record);
    return {
      arn,
      assumeRolePolicyDocument,
      attachedManagedPolicies: (record.attached ?? []).map(describeAttached),
      createDate,
      instanceProfileList: [],
      path,
      ...describeLimits(record),
      roleId,
      roleName,
      rolePolicyList: describeInline(record.policies),
    };
  };
  return { list: 'roleDetailList', key: `role ${record.name.toLowerCase()}`, describe };
}

/** Of the policies that come with the service, those that are in use, as in AWS. */
function policyDetails(attempt: Attempt, wantsOwn: boolean, wantsBuiltIn: boolean): readonly Detail[] {
  const useOf = policyUses(attempt);
  const isWanted = (record: ManagedPolicyRecord): boolean => {
    if (!isBuiltIn(record)) return wantsOwn;
    const { attached, asBoundary } = useOf(record.arn);
    return wantsBuiltIn && attached + asBoundary > 0;
  };
  return policiesInScope(attempt, 'All')
    .filter(isWanted)
    .map((record) => ({
      list: 'policies',
      key: `policy ${policyKey(record)}`,
      describe: () => ({
        ...summarizePolicy(record, useOf(record.arn)),
        description: record.description === '' ? undefined : record.description,
        policyVersionList: record.versions.map((version) => describeVersion(record, version)),
      }),
    }));
}

function describeInline(policies: readonly InlinePolicy[]): readonly Result[] {
  return policies.map(({ document, name }) => ({ policyDocument: document, policyName: name }));
}

/** Counts, and the quotas that there are here. */
const getAccountSummary: Operation = {
  name: 'GetAccountSummary',
  action: 'account.read-summary',
  run(attempt) {
    attempt.authorize({ permission: 'iam:GetAccountSummary', resource: '*' });
    const own = policiesInScope(attempt, 'Local');
    const providers = [...attempt.view.peek.identityProviders.values()];
    return {
      summaryMap: {
        AccessKeysPerUserQuota: ACCESS_KEYS_PER_USER_MAX,
        AccountAccessKeysPresent: 0,
        AccountMFAEnabled: 0,
        AssumeRolePolicySizeQuota: TRUST_POLICY_CHARACTERS_MAX,
        AttachedPoliciesPerGroupQuota: ATTACHED_POLICIES_MAX,
        AttachedPoliciesPerRoleQuota: ATTACHED_POLICIES_MAX,
        AttachedPoliciesPerUserQuota: ATTACHED_POLICIES_MAX,
        GroupPolicySizeQuota: GROUP_POLICY_CHARACTERS_MAX,
        Groups: groupsOf(attempt).length,
        GroupsPerUserQuota: GROUPS_PER_USER_MAX,
        InstanceProfiles: 0,
        Policies: own.length,
        PolicySizeQuota: MANAGED_POLICY_CHARACTERS_MAX,
        PolicyVersionsInUse: own.reduce((sum, { versions }) => sum + versions.length, 0),
        Providers: providers.filter(({ account }) => account === attempt.account).length,
        RolePolicySizeQuota: ROLE_POLICY_CHARACTERS_MAX,
        Roles: rolesOf(attempt).length,
        UserPolicySizeQuota: USER_POLICY_CHARACTERS_MAX,
        Users: usersOf(attempt).length,
        VersionsPerPolicyQuota: POLICY_VERSIONS_MAX,
      },
    };
  },
};

/** The operations on the account as a whole. */
export const accountDetailOperations: readonly Operation[] = [
  getAccountAuthorizationDetails,
  getAccountSummary,
];
