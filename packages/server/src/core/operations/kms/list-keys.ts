import { isDeleted } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import { pageOf } from './pages.ts';
import { keyArn } from './resolve-key.ts';

const LIMIT_DEFAULT = 100;

/** `ListKeys`: ids and ARNs of all keys, sorted by id. */
export const listKeys: Operation = {
  name: 'ListKeys',
  action: 'key.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'kms:ListKeys', resource: '*' });
    const page = pageOf(attempt.view.keyIds(), params, LIMIT_DEFAULT);
    const keys = page.names.flatMap((id) => {
      const key = attempt.view.peekKey(id);
      if (key === undefined || isDeleted(key.record, attempt.nowMs)) return [];
      return [{ keyArn: keyArn(attempt, id), keyId: id }];
    });
    return { keys, nextMarker: page.nextMarker, truncated: page.truncated };
  },
};
