import { isDeleted, parseKeyName } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import { storedRegion } from '../regions.ts';
import { sealedPageOf } from './sealed-pages.ts';

const LIMIT_DEFAULT = 100;

/** `ListKeys`: ids and ARNs of the account's keys, sorted by id. */
export const listKeys: Operation = {
  name: 'ListKeys',
  action: 'key.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'kms:ListKeys', resource: '*' });
    const names = attempt.state.keyNames.of(attempt.account, storedRegion(attempt.place));
    const page = sealedPageOf(attempt, names, params, {
      operation: 'ListKeys',
      limitDefault: LIMIT_DEFAULT,
    });
    const keys = page.names.flatMap((name) => {
      const key = attempt.state.key(parseKeyName(name));
      if (key === undefined || isDeleted(key.record, attempt.nowMs)) return [];
      return [{ keyArn: key.record.arn, keyId: key.record.id }];
    });
    return { keys, nextMarker: page.nextMarker, truncated: page.truncated };
  },
};
