import type { AliasRecord } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { storedRegion } from '../regions.ts';
import { aliasTarget, findAlias, ownAliasName, writeAlias } from './aliases.ts';
import { requireRoomForAlias } from './quotas.ts';
import { aliasArn } from './resolve-key.ts';

/** `CreateAlias`. */
export const createAlias: Operation = {
  name: 'CreateAlias',
  action: 'alias.create',
  run(attempt, params) {
    const name = params.text('aliasName');
    attempt.note.parameters = { aliasName: name };
    const key = aliasTarget(attempt, name, params.text('targetKeyId'), 'CreateAlias');
    ownAliasName(name);
    if (findAlias(attempt, name) !== undefined) {
      const message = `An alias with the name ${aliasArn(attempt, attempt.account, name)} already exists`;
      throw new OperationError('AlreadyExists', message);
    }
    requireRoomForAlias(attempt, key.record);
    const region = storedRegion(attempt.place);
    const record: AliasRecord = {
      name,
      arn: aliasArn(attempt, attempt.account, name),
      targetKeyId: key.record.id,
      createdAtMs: attempt.nowMs,
      updatedAtMs: attempt.nowMs,
      region,
    };
    attempt.note.change = { after: { aliasName: name, targetKeyId: key.record.id } };
    writeAlias(attempt, name, record, [key]);
    return {};
  },
};
