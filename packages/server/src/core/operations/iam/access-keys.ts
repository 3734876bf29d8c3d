import type { CredentialRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { newCredential } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { idOf } from '../principal-records.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { accessKeyIdsOf, users } from './holders.ts';
import { pageOfItems } from './item-pages.ts';
import { ACCESS_KEYS_PER_USER_MAX } from './limits.ts';
import { userNameOr } from './users.ts';

/** The answer alone holds the secret (G8). */
const createAccessKey: Operation = {
  name: 'CreateAccessKey',
  action: 'access-key.create',
  run(attempt, params) {
    const user = requireEntity(attempt, users, userNameOr(attempt, params), 'CreateAccessKey');
    if (accessKeyIdsOf(attempt, user).length >= ACCESS_KEYS_PER_USER_MAX) {
      const message = `Cannot exceed quota for AccessKeysPerUser: ${ACCESS_KEYS_PER_USER_MAX}`;
      throw new OperationError('LimitExceeded', message);
    }
    const { record, secretAccessKey } = newCredential(attempt, idOf(user));
    const { accessKeyId, createdAtMs: createDate } = record;
    // INVARIANT: written with its user, so that of two at the same time one is judged again and counts the other.
    users.write(attempt, user);
    attempt.write(`credential:${accessKeyId}`, record);
    attempt.note.change = { after: { accessKeyId, status: 'Active', user: user.arn } };
    return { accessKey: { accessKeyId, createDate, secretAccessKey, status: 'Active', userName: user.name } };
  },
};

const updateAccessKey: Operation = {
  name: 'UpdateAccessKey',
  action: 'access-key.update',
  run(attempt, params) {
    const status = params.text('status');
    const record = requireAccessKey(attempt, params, 'UpdateAccessKey');
    if (status !== 'Active' && status !== 'Inactive') {
      throw new OperationError('Validation', 'The status must be Active or Inactive.');
    }
    const disabled = status === 'Inactive';
    attempt.write(`credential:${record.accessKeyId}`, { ...record, disabled, disabledBy: undefined });
    attempt.note.change = { before: { status: statusOf(record) }, after: { status } };
    return {};
  },
};

const deleteAccessKey: Operation = {
  name: 'DeleteAccessKey',
  action: 'access-key.delete',
  run(attempt, params) {
    const record = requireAccessKey(attempt, params, 'DeleteAccessKey');
    attempt.write(`credential:${record.accessKeyId}`, null);
    attempt.note.change = { before: { accessKeyId: record.accessKeyId, status: statusOf(record) } };
    return {};
  },
};

function requireAccessKey(attempt: Attempt, params: Params, permission: string): CredentialRecord {
  const accessKeyId = params.text('accessKeyId');
  noteParameters(attempt, { accessKeyId });
  const user = requireEntity(attempt, users, userNameOr(attempt, params), permission);
  const record = attempt.view.credential(accessKeyId);
  if (record?.principalArn !== idOf(user)) throw noAccessKey(accessKeyId);
  return record;
}

function noAccessKey(accessKeyId: string): OperationError {
  return new OperationError('NotFound', `The Access Key with id ${accessKeyId} cannot be found.`);
}

function statusOf({ disabled }: CredentialRecord): 'Active' | 'Inactive' {
  return disabled ? 'Inactive' : 'Active';
}

const listAccessKeys: Operation = {
  name: 'ListAccessKeys',
  action: 'access-key.list',
  run(attempt, params) {
    const user = requireEntity(attempt, users, userNameOr(attempt, params), 'ListAccessKeys');
    const keys = accessKeyIdsOf(attempt, user).flatMap((id) => attempt.view.credential(id) ?? []);
    const { items, isTruncated, marker } = pageOfItems(keys, params, ({ accessKeyId }) => accessKeyId);
    const accessKeyMetadata = items.map((record) => ({
      accessKeyId: record.accessKeyId,
      createDate: record.createdAtMs,
      status: statusOf(record),
      userName: user.name,
    }));
    return { accessKeyMetadata, isTruncated, marker };
  },
};

/**
 * Whose key it is. When it was last used stands in the record, which decisions do not read: whoever answers completes
 * `accessKeyLastUsed` for `accessKeyId` (`spec/iam.md`, "last use").
 */
const getAccessKeyLastUsed: Operation = {
  name: 'GetAccessKeyLastUsed',
  action: 'access-key.read-last-used',
  run(attempt, params) {
    const accessKeyId = params.text('accessKeyId');
    noteParameters(attempt, { accessKeyId });
    const record = attempt.view.credential(accessKeyId);
    const holder = record === undefined ? undefined : attempt.view.principal(record.principalArn)?.record;
    const own = holder?.account === attempt.account ? holder : undefined;
    noteParameters(attempt, { user: own?.arn });
    attempt.authorize({
      permission: 'iam:GetAccessKeyLastUsed',
      resource: own?.arn ?? '*',
      resourceTags: own?.tags,
    });
    if (own === undefined) throw noAccessKey(accessKeyId);
    return { accessKeyId, userName: own.name };
  },
};

/** The operations on access keys. */
export const accessKeyOperations: readonly Operation[] = [
  createAccessKey,
  updateAccessKey,
  deleteAccessKey,
  listAccessKeys,
  getAccessKeyLastUsed,
];
