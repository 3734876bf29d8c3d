import {
  groupId,
  type GroupRecord,
  identityArn,
  principalId,
  type RoleRecord,
  type UserRecord,
} from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { idOf, writePrincipal } from '../principal-records.ts';
import type { Conditions, EntityKind } from './entities.ts';
import {
  GROUP_POLICY_CHARACTERS_MAX,
  ROLE_POLICY_CHARACTERS_MAX,
  USER_POLICY_CHARACTERS_MAX,
} from './limits.ts';

/** What policies can be given to. */
export type Holder = UserRecord | GroupRecord | RoleRecord;

/** A kind of {@link Holder}. */
export interface HolderKind<Kept extends Holder> extends EntityKind<Kept> {
  /** Of all its inline policies together, without white space. */
  readonly policyCharactersMax: number;
}

/** Users, and the services that share their name space. */
export const users: HolderKind<UserRecord> = {
  ...namedKind('User', 'user', 'userName', USER_POLICY_CHARACTERS_MAX),
  find(attempt, name) {
    const record = attempt.view.principal(principalId(attempt.account, 'user', name))?.record;
    return record === undefined || record.type === 'role' ? undefined : record;
  },
  write: writePrincipal,
};

export const roles: HolderKind<RoleRecord> = {
  ...namedKind('Role', 'role', 'roleName', ROLE_POLICY_CHARACTERS_MAX),
  find(attempt, name) {
    const record = attempt.view.principal(principalId(attempt.account, 'role', name))?.record;
    return record?.type === 'role' ? record : undefined;
  },
  write: writePrincipal,
};

export const groups: HolderKind<GroupRecord> = {
  ...namedKind('Group', 'group', 'groupName', GROUP_POLICY_CHARACTERS_MAX),
  find: (attempt, name) => attempt.view.group(groupId(attempt.account, name))?.record,
  write: (attempt, record) => attempt.write(`group:${groupId(record.account, record.name)}`, record),
};

type Named = Omit<HolderKind<Holder>, 'find' | 'write'>;

function namedKind(title: string, word: string, member: string, policyCharactersMax: number): Named {
  return {
    title,
    word,
    noted: word,
    member,
    policyCharactersMax,
    arnOf: (attempt, name) => identityArn(attempt.account, word, '/', name),
    accountOf: (attempt) => attempt.account,
    missing: (name) => `The ${word} with name ${name} cannot be found.`,
  };
}

/** The condition key of a holder's permissions boundary; groups have none. */
export function boundaryCondition(record: Holder | undefined): Conditions {
  const boundary = record !== undefined && 'boundary' in record ? record.boundary : undefined;
  return boundary === undefined ? {} : { 'iam:permissionsboundary': [boundary] };
}

/** The users of the caller's account, as a listing shows them. */
export function usersOf(attempt: Attempt): readonly UserRecord[] {
  const found: UserRecord[] = [];
  for (const { record } of attempt.view.peek.principals.values()) {
    if (record.type !== 'role' && record.account === attempt.account) found.push(record);
  }
  return found;
}

/** The roles of the caller's account, as a listing shows them. */
export function rolesOf(attempt: Attempt): readonly RoleRecord[] {
  const found: RoleRecord[] = [];
  for (const { record } of attempt.view.peek.principals.values()) {
    if (record.type === 'role' && record.account === attempt.account) found.push(record);
  }
  return found;
}

/** The groups of the caller's account, as a listing shows them. */
export function groupsOf(attempt: Attempt): readonly GroupRecord[] {
  return [...attempt.view.peek.groups.values()]
    .map(({ record }) => record)
    .filter(({ account }) => account === attempt.account);
}

/**
 * Who is in a group, as a listing shows it. INVARIANT: whoever adds a user to a group writes the group too, so that a
 * count taken here is still right when a change of the group is committed.
 */
export function membersOf(attempt: Attempt, group: GroupRecord): readonly UserRecord[] {
  const name = group.name.toLowerCase();
  return usersOf(attempt).filter(({ groups: own }) => own?.includes(name) === true);
}

/** Access key ids of a user. INVARIANT: whoever makes one writes the user too. */
export function accessKeyIdsOf(attempt: Attempt, user: UserRecord): readonly string[] {
  const id = idOf(user);
  const ids: string[] = [];
  for (const { accessKeyId, principalArn } of attempt.view.peek.credentials.values()) {
    if (principalArn === id) ids.push(accessKeyId);
  }
  return ids;
}

/** SHA-256 of the client certificates that stand for a user. INVARIANT: whoever adds one writes the user too. */
export function certificatesOf(attempt: Attempt, user: UserRecord): readonly string[] {
  const id = idOf(user);
  const ids: string[] = [];
  for (const { sha256, principalArn } of attempt.view.peek.certificates.values()) {
    if (principalArn === id) ids.push(sha256);
  }
  return ids;
}
