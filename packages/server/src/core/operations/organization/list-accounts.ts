import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { summarizeAccount } from './accounts.ts';
import { authorizeReading } from '../record-access.ts';

const LIMIT_DEFAULT = 100;

/** `ListAccounts`: all accounts, sorted by id. */
export const listAccounts: Operation = {
  name: 'ListAccounts',
  action: 'account.list',
  run(attempt, params) {
    authorizeReading(attempt, 'keywitness:ListAccounts');
    const { accounts: all } = attempt.view.peek;
    const page = pageOf([...all.keys()].sort(), params, LIMIT_DEFAULT);
    const accounts = page.names.flatMap((id) => {
      const record = all.get(id);
      return record === undefined ? [] : [summarizeAccount(record)];
    });
    return { accounts, next: page.nextMarker };
  },
};
