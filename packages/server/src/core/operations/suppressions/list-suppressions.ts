import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { describeSuppression, hasEnded } from './known-suppressions.ts';

const LIMIT_DEFAULT = 100;

/** `ListSuppressions`: those that have not ended, sorted by id. */
export const listSuppressions: Operation = {
  name: 'ListSuppressions',
  action: 'suppression.list',
  run(attempt, params) {
    authorizeOnRecord(attempt, 'keywitness:ListSuppressions');
    const { suppressions: all } = attempt.view.peek;
    const lasting = [...all.values()].filter((record) => !hasEnded(record, attempt.nowMs));
    const page = pageOf(lasting.map(({ id }) => id).sort(), params, LIMIT_DEFAULT);
    const suppressions = page.names.flatMap((id) => {
      const record = all.get(id);
      return record === undefined ? [] : [describeSuppression(record)];
    });
    return { suppressions, next: page.nextMarker };
  },
};
