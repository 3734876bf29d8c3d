import { isDeleted } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import { pageOf } from './pages.ts';
import { keyArn } from './resolve-key.ts';

const LIMIT_DEFAULT = 100;

/** `ListKeys`: ids and ARNs of the account's keys, sorted by id. */
export const listKeys: Operation = {
  name: 'ListKeys',
  action: 'key.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'kms:ListKeys', resource: '*' });
    const page = pageOf(attempt.view.peek.keyNames.of(attempt.account), params, LIMIT_DEFAULT);
    const keys = page.names.flatMap((id) => {
      const key = attempt.view.peek.keys.get(id);
      if (key === undefined || isDeleted(key.record, attempt.nowMs)) return [];
      return [{ keyArn: keyArn(attempt, attempt.account, id), keyId: id }];
    });
    return { keys, nextMarker: page.nextMarker, truncated: page.truncated };
  },
};
