import { groupId, type GroupRecord, identityArn } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { describeGroup, summarizeUser } from './descriptions.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { groups, groupsOf, membersOf, users } from './holders.ts';
import { byName, pageOfItems } from './item-pages.ts';
import { refuseConflicts } from './users.ts';

const createGroup: Operation = {
  name: 'CreateGroup',
  action: 'group.create',
  run(attempt, params) {
    const name = params.text('groupName');
    const path = params.optionalText('path') ?? '/';
    const arn = identityArn(attempt.account, 'group', path, name);
    noteParameters(attempt, { group: arn });
    attempt.authorize({ permission: 'iam:CreateGroup', resource: arn });
    refuseKnown(attempt, name);
    const record: GroupRecord = {
      arn,
      account: attempt.account,
      name,
      path,
      uniqueId: newUniqueId('AGPA', attempt.entropy),
      createdAtMs: attempt.nowMs,
      policies: [],
      attached: [],
    };
    groups.write(attempt, record);
    attempt.note.change = { after: { group: arn, uniqueId: record.uniqueId } };
    return { group: describeGroup(record) };
  },
};

function refuseKnown(attempt: Attempt, name: string): void {
  if (attempt.view.group(groupId(attempt.account, name)) === undefined) return;
  throw new OperationError('AlreadyExists', `Group with name ${name} already exists.`);
}

const getGroup: Operation = {
  name: 'GetGroup',
  action: 'group.read',
  run(attempt, params) {
    const record = requireEntity(attempt, groups, params.text('groupName'), 'GetGroup');
    const { items, isTruncated, marker } = pageOfItems(membersOf(attempt, record), params, byName);
    return { group: describeGroup(record), isTruncated, marker, users: items.map(summarizeUser) };
  },
};

/** Another name or path is another ARN: whoever gives it must be allowed on both. */
const updateGroup: Operation = {
  name: 'UpdateGroup',
  action: 'group.update',
  run(attempt, params) {
    const record = requireEntity(attempt, groups, params.text('groupName'), 'UpdateGroup');
    const name = params.optionalText('newGroupName') ?? record.name;
    const path = params.optionalText('newPath') ?? record.path;
    const arn = identityArn(attempt.account, 'group', path, name);
    attempt.authorize({ permission: 'iam:UpdateGroup', resource: arn });
    if (groupId(attempt.account, name) !== groupId(attempt.account, record.name)) {
      refuseKnown(attempt, name);
      moveMembers(attempt, record, name.toLowerCase());
      attempt.write(`group:${groupId(record.account, record.name)}`, null);
    }
    groups.write(attempt, { ...record, arn, name, path });
    attempt.note.change = { before: { group: record.arn }, after: { group: arn } };
    return {};
  },
};

function moveMembers(attempt: Attempt, record: GroupRecord, newName: string): void {
  const oldName = record.name.toLowerCase();
  for (const { name } of membersOf(attempt, record)) {
    // Looked at again through the view: of what is written, nothing that changes meanwhile may be lost.
    const user = users.find(attempt, name);
    if (user === undefined) continue;
    const renamed = (user.groups ?? []).map((own) => (own === oldName ? newName : own));
    users.write(attempt, { ...user, groups: renamed });
  }
}

const deleteGroup: Operation = {
  name: 'DeleteGroup',
  action: 'group.delete',
  run(attempt, params) {
    const record = requireEntity(attempt, groups, params.text('groupName'), 'DeleteGroup');
    refuseConflicts([
      [membersOf(attempt, record).length > 0, 'must remove users from group first'],
      [record.policies.length > 0, 'must delete policies first'],
      [record.attached.length > 0, 'must detach all policies first'],
    ]);
    attempt.write(`group:${groupId(record.account, record.name)}`, null);
    attempt.note.change = { before: { group: record.arn, uniqueId: record.uniqueId } };
    return {};
  },
};

const listGroups: Operation = {
  name: 'ListGroups',
  action: 'group.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'iam:ListGroups', resource: '*' });
    const prefix = params.optionalText('pathPrefix') ?? '/';
    const found = groupsOf(attempt).filter(({ path }) => path.startsWith(prefix));
    const { items, isTruncated, marker } = pageOfItems(found, params, byName);
    return { groups: items.map(describeGroup), isTruncated, marker };
  },
};

/** The operations on groups themselves; who is in them is in `memberships.ts`. */
export const groupOperations: readonly Operation[] = [
  createGroup,
  getGroup,
  updateGroup,
  deleteGroup,
  listGroups,
];
