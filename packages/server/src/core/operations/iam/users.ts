import { identityArn, principalId, type UserRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import { noteTags } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { idOf } from '../principal-records.ts';
import { describeUser, summarizeUser } from './descriptions.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { accessKeyIdsOf, certificatesOf, users, usersOf } from './holders.ts';
import { authorizeCreation, readTags } from './identity-tags.ts';
import { byName, pageOfItems } from './item-pages.ts';
import { holdPolicy } from './policies.ts';

const createUser: Operation = {
  name: 'CreateUser',
  action: 'user.create',
  run(attempt, params) {
    const name = params.text('userName');
    const path = params.optionalText('path') ?? '/';
    const boundary = params.optionalText('permissionsBoundary');
    const tags = readTags(params);
    const arn = identityArn(attempt.account, 'user', path, name);
    noteParameters(attempt, { user: arn });
    authorizeCreation(attempt, 'User', arn, { tags, boundary });
    refuseKnown(attempt, name);
    if (boundary !== undefined) holdPolicy(attempt, boundary);
    const record: UserRecord = {
      arn,
      account: attempt.account,
      name,
      path,
      type: 'user',
      uniqueId: newUniqueId('AIDA', attempt.entropy),
      createdAtMs: attempt.nowMs,
      disabled: false,
      policies: [],
      boundary,
      tags,
    };
    users.write(attempt, record);
    attempt.note.change = {
      after: { boundary, uniqueId: record.uniqueId, user: arn, ...noteTags(attempt, tags) },
    };
    return { user: describeUser(record) };
  },
};

/** Users and roles have name spaces of their own; users share theirs with services. */
function refuseKnown(attempt: Attempt, name: string): void {
  if (attempt.view.principal(principalId(attempt.account, 'user', name)) === undefined) return;
  throw new OperationError('AlreadyExists', `User with name ${name} already exists.`);
}

const getUser: Operation = {
  name: 'GetUser',
  action: 'user.read',
  run(attempt, params) {
    return { user: describeUser(requireEntity(attempt, users, userNameOr(attempt, params), 'GetUser')) };
  },
};

/**
 * The user that an operation is about: where no name is given, the one who asks.
 *
 * @throws OperationError `Validation` when somebody else than a user asks.
 */
export function userNameOr(attempt: Attempt, params: Params): string {
  const name = params.optionalText('userName');
  if (name !== undefined) return name;
  const { record } = attempt.principal;
  if (record.type !== 'role') return record.name;
  throw new OperationError('Validation', 'Must specify userName when calling with non-User credentials');
}

/** Another name or path is another ARN: whoever gives it must be allowed on both. */
const updateUser: Operation = {
  name: 'UpdateUser',
  action: 'user.update',
  run(attempt, params) {
    const record = requireEntity(attempt, users, params.text('userName'), 'UpdateUser');
    const name = params.optionalText('newUserName') ?? record.name;
    const path = params.optionalText('newPath') ?? record.path ?? '/';
    const arn = identityArn(attempt.account, 'user', path, name);
    attempt.authorize({ permission: 'iam:UpdateUser', resource: arn, resourceTags: record.tags });
    const renamed: UserRecord = { ...record, arn, name, path };
    if (idOf(renamed) !== idOf(record)) {
      refuseKnown(attempt, name);
      moveProofs(attempt, record, idOf(renamed));
      attempt.write(`principal:${idOf(record)}`, null);
    }
    users.write(attempt, renamed);
    attempt.note.change = { before: { user: record.arn }, after: { user: arn } };
    return {};
  },
};

/** What proves that somebody is the user names the user: access keys and client certificates. */
function moveProofs(attempt: Attempt, record: UserRecord, principalArn: string): void {
  for (const accessKeyId of accessKeyIdsOf(attempt, record)) {
    const credential = attempt.view.credential(accessKeyId);
    if (credential !== undefined) attempt.write(`credential:${accessKeyId}`, { ...credential, principalArn });
  }
  for (const sha256 of certificatesOf(attempt, record)) {
    const certificate = attempt.view.certificate(sha256);
    if (certificate !== undefined) attempt.write(`certificate:${sha256}`, { ...certificate, principalArn });
  }
}

const deleteUser: Operation = {
  name: 'DeleteUser',
  action: 'user.delete',
  run(attempt, params) {
    const record = requireEntity(attempt, users, params.text('userName'), 'DeleteUser');
    const conflicts: readonly (readonly [boolean, string])[] = [
      [accessKeyIdsOf(attempt, record).length > 0, 'must delete access keys first'],
      [certificatesOf(attempt, record).length > 0, 'must delete client certificates first'],
      [record.policies.length > 0, 'must delete policies first'],
      [(record.attached ?? []).length > 0, 'must detach all policies first'],
      [(record.groups ?? []).length > 0, 'must remove user from groups first'],
    ];
    refuseConflicts(conflicts);
    attempt.write(`principal:${idOf(record)}`, null);
    attempt.note.change = { before: { uniqueId: record.uniqueId, user: record.arn } };
    return {};
  },
};

/** @throws OperationError `DeleteConflict` for the first thing that is still in the way. */
export function refuseConflicts(conflicts: readonly (readonly [isInTheWay: boolean, what: string])[]): void {
  const found = conflicts.find(([isInTheWay]) => isInTheWay);
  if (found !== undefined) throw new OperationError('DeleteConflict', `Cannot delete entity, ${found[1]}.`);
}

const listUsers: Operation = {
  name: 'ListUsers',
  action: 'user.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'iam:ListUsers', resource: '*' });
    const prefix = params.optionalText('pathPrefix') ?? '/';
    const found = usersOf(attempt).filter(({ path }) => (path ?? '/').startsWith(prefix));
    const { items, isTruncated, marker } = pageOfItems(found, params, byName);
    return { isTruncated, marker, users: items.map(summarizeUser) };
  },
};

/** The operations on users themselves. */
export const userOperations: readonly Operation[] = [createUser, getUser, updateUser, deleteUser, listUsers];
