import { parseArn } from '../../identity/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';

/**
 * STS `GetAccessKeyInfo`: the account that an access key belongs to. Of sessions nothing is stored, so nothing is known
 * of theirs.
 */
export const getAccessKeyInfo: Operation = {
  name: 'sts:GetAccessKeyInfo',
  action: 'credential.read-account',
  run(attempt, params) {
    const accessKeyId = params.text('accessKeyId');
    attempt.note.parameters = { accessKeyId };
    attempt.authorize({ permission: 'sts:GetAccessKeyInfo', resource: '*' });
    const holder = attempt.view.credential(accessKeyId)?.principalArn;
    const account = holder === undefined ? undefined : parseArn(holder)?.account;
    if (account !== undefined) return { account };
    throw new OperationError('Validation', `Access Key ID ${accessKeyId} is not known`);
  },
};
