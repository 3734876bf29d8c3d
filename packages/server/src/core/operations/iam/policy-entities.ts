import type { GroupRecord, RoleRecord, UserRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { requireEntity } from './entities.ts';
import { groupsOf, rolesOf, usersOf } from './holders.ts';
import { pageOfItems } from './item-pages.ts';
import { policies } from './policies.ts';

type Found =
  | { readonly kind: 'User'; readonly record: UserRecord }
  | { readonly kind: 'Role'; readonly record: RoleRecord }
  | { readonly kind: 'Group'; readonly record: GroupRecord };

/** Who has a policy, attached or as a boundary. */
const listEntitiesForPolicy: Operation = {
  name: 'ListEntitiesForPolicy',
  action: 'policy.list-entities',
  run(attempt, params) {
    const { arn } = requireEntity(attempt, policies, params.text('policyArn'), 'ListEntitiesForPolicy');
    const prefix = params.optionalText('pathPrefix') ?? '/';
    const filter = params.optionalText('entityFilter');
    const found = usersOfPolicy(attempt, arn, params).filter(
      ({ kind, record }) =>
        (filter === undefined || filter === kind) && (record.path ?? '/').startsWith(prefix),
    );
    const { items, isTruncated, marker } = pageOfItems(
      found,
      params,
      ({ kind, record }) => `${kind} ${record.name.toLowerCase()}`,
    );
    return {
      isTruncated,
      marker,
      policyGroups: items
        .filter(({ kind }) => kind === 'Group')
        .map(({ record }) => ({ groupId: record.uniqueId, groupName: record.name })),
      policyRoles: items
        .filter(({ kind }) => kind === 'Role')
        .map(({ record }) => ({ roleId: record.uniqueId, roleName: record.name })),
      policyUsers: items
        .filter(({ kind }) => kind === 'User')
        .map(({ record }) => ({ userId: record.uniqueId, userName: record.name })),
    };
  },
};

function usersOfPolicy(attempt: Attempt, arn: string, params: Params): readonly Found[] {
  const usage = params.optionalText('policyUsageFilter');
  const asPermissions = usage !== 'PermissionsBoundary';
  const asBoundary = usage !== 'PermissionsPolicy';
  const uses = ({ attached, boundary }: UserRecord | RoleRecord): boolean =>
    (asPermissions && attached?.includes(arn) === true) || (asBoundary && boundary === arn);
  return [
    ...usersOf(attempt)
      .filter(uses)
      .map((record) => ({ kind: 'User' as const, record })),
    ...rolesOf(attempt)
      .filter(uses)
      .map((record) => ({ kind: 'Role' as const, record })),
    ...groupsOf(attempt)
      .filter(({ attached }) => asPermissions && attached.includes(arn))
      .map((record) => ({ kind: 'Group' as const, record })),
  ];
}

/** The operations on who has a managed policy. */
export const policyEntityOperations: readonly Operation[] = [listEntitiesForPolicy];
