import type { Operation } from '../operation.ts';
import { describeAccount, requireAccount, requireFreeName, writeAccount } from './accounts.ts';
import { authorizeForOrganization, requireOrganization } from './organization-access.ts';

/** `RenameAccount`: its number, which everything is named by, stays. */
export const renameAccount: Operation = {
  name: 'RenameAccount',
  action: 'account.rename',
  run(attempt, params) {
    const id = params.text('accountId');
    const name = params.text('name');
    attempt.note.parameters = { accountId: id, name };
    authorizeForOrganization(attempt, 'keywitness:RenameAccount');
    const organization = requireOrganization(attempt);
    const known = requireAccount(attempt, id);
    requireFreeName(attempt, name, id);
    attempt.note.change = { before: { name: known.name }, after: { name } };
    attempt.write('organization:main', organization);
    writeAccount(attempt, { ...known, name });
    return describeAccount({ ...known, name });
  },
};
