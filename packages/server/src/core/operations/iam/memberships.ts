import type { Attempt } from '../attempt.ts';
import type { UserRecord } from '../../identity/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { describeGroup } from './descriptions.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { groups, users } from './holders.ts';
import { byName, pageOfItems } from './item-pages.ts';
import { GROUPS_PER_USER_MAX } from './limits.ts';

/** Policy is asked about the group alone, as in AWS. */
const addUserToGroup: Operation = {
  name: 'AddUserToGroup',
  action: 'group.add-user',
  run(attempt, params) {
    const userName = params.text('userName');
    noteParameters(attempt, { user: users.arnOf(attempt, userName) });
    const group = requireEntity(attempt, groups, params.text('groupName'), 'AddUserToGroup');
    const user = requireMember(attempt, userName);
    const before = user.groups ?? [];
    const name = group.name.toLowerCase();
    const after = before.includes(name) ? before : [...before, name];
    if (after.length > GROUPS_PER_USER_MAX) {
      throw new OperationError(
        'LimitExceeded',
        `Cannot exceed quota for GroupsPerUser: ${GROUPS_PER_USER_MAX}`,
      );
    }
    users.write(attempt, { ...user, groups: after });
    // INVARIANT: a deletion or renaming of the group that did not count this member is judged again.
    groups.write(attempt, group);
    attempt.note.change = { before: { groups: before }, after: { groups: after } };
    return {};
  },
};

const removeUserFromGroup: Operation = {
  name: 'RemoveUserFromGroup',
  action: 'group.remove-user',
  run(attempt, params) {
    const userName = params.text('userName');
    noteParameters(attempt, { user: users.arnOf(attempt, userName) });
    const group = requireEntity(attempt, groups, params.text('groupName'), 'RemoveUserFromGroup');
    const user = requireMember(attempt, userName);
    const before = user.groups ?? [];
    const name = group.name.toLowerCase();
    if (!before.includes(name)) {
      const message = `The user with name ${user.name} is not in the group with name ${group.name}.`;
      throw new OperationError('NotFound', message);
    }
    const after = before.filter((own) => own !== name);
    users.write(attempt, { ...user, groups: after });
    attempt.note.change = { before: { groups: before }, after: { groups: after } };
    return {};
  },
};

function requireMember(attempt: Attempt, userName: string): UserRecord {
  const user = users.find(attempt, userName);
  if (user === undefined) throw new OperationError('NotFound', users.missing(userName));
  noteParameters(attempt, { user: user.arn });
  return user;
}

const listGroupsForUser: Operation = {
  name: 'ListGroupsForUser',
  action: 'user.list-groups',
  run(attempt, params) {
    const user = requireEntity(attempt, users, params.text('userName'), 'ListGroupsForUser');
    const own = (user.groups ?? []).flatMap((name) => groups.find(attempt, name) ?? []);
    const { items, isTruncated, marker } = pageOfItems(own, params, byName);
    return { groups: items.map(describeGroup), isTruncated, marker };
  },
};

/** The operations on who is in which group. */
export const membershipOperations: readonly Operation[] = [
  addUserToGroup,
  removeUserFromGroup,
  listGroupsForUser,
];
