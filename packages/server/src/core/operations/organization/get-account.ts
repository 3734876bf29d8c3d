import type { Operation } from '../operation.ts';
import { describeAccount, requireAccount } from './accounts.ts';
import { authorizeReading } from '../record-access.ts';

/** `GetAccount`: an account with its guardrails; everybody may be let read of their own. */
export const getAccount: Operation = {
  name: 'GetAccount',
  action: 'account.read',
  run(attempt, params) {
    const id = params.text('accountId');
    attempt.note.parameters = { accountId: id };
    const permission = 'keywitness:GetAccount';
    if (id === attempt.account) attempt.authorize({ permission, resource: '*' });
    else authorizeReading(attempt, permission);
    return describeAccount(requireAccount(attempt, id));
  },
};
