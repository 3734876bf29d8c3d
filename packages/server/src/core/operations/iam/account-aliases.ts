import type { AccountRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { noteParameters } from './entities.ts';
import { pageOfItems } from './item-pages.ts';

/** An account has one alias at most; another one takes its place. */
const createAccountAlias: Operation = {
  name: 'CreateAccountAlias',
  action: 'account.create-alias',
  run(attempt, params) {
    const alias = params.text('accountAlias');
    noteParameters(attempt, { alias });
    attempt.authorize({ permission: 'iam:CreateAccountAlias', resource: '*' });
    const before = requireAccount(attempt);
    takeAlias(attempt, alias);
    attempt.write(`account:${before.id}`, { ...before, alias });
    attempt.note.change = { before: { alias: before.alias }, after: { alias } };
    return {};
  },
};

/**
 * Aliases are unique over all accounts. INVARIANT: whoever takes one looks at this subject, which never has a record,
 * and writes it; so of two at the same time one is judged again and finds the other.
 *
 * @throws OperationError `AlreadyExists`.
 */
function takeAlias(attempt: Attempt, alias: string): void {
  const lock = `alias/${alias}`;
  attempt.view.account(lock);
  attempt.write(`account:${lock}`, null);
  for (const { alias: taken, id } of attempt.view.peek.accounts.values()) {
    if (taken !== alias || id === attempt.account) continue;
    throw new OperationError('AlreadyExists', `The account alias ${alias} already exists.`);
  }
}

const deleteAccountAlias: Operation = {
  name: 'DeleteAccountAlias',
  action: 'account.delete-alias',
  run(attempt, params) {
    const alias = params.text('accountAlias');
    noteParameters(attempt, { alias });
    attempt.authorize({ permission: 'iam:DeleteAccountAlias', resource: '*' });
    const record = requireAccount(attempt);
    if (record.alias !== alias) {
      throw new OperationError('NotFound', `The account alias with name ${alias} cannot be found.`);
    }
    attempt.write(`account:${record.id}`, { ...record, alias: undefined });
    attempt.note.change = { before: { alias } };
    return {};
  },
};

const listAccountAliases: Operation = {
  name: 'ListAccountAliases',
  action: 'account.list-aliases',
  run(attempt, params) {
    attempt.authorize({ permission: 'iam:ListAccountAliases', resource: '*' });
    const { alias } = requireAccount(attempt);
    const aliases = alias === undefined ? [] : [alias];
    const { items: accountAliases, isTruncated, marker } = pageOfItems(aliases, params, (name) => name);
    return { accountAliases, isTruncated, marker };
  },
};

function requireAccount(attempt: Attempt): AccountRecord {
  const record = attempt.view.account(attempt.account);
  if (record !== undefined) return record;
  throw new OperationError('NotFound', `The account with id ${attempt.account} cannot be found.`);
}

/** The operations on the account's alias. */
export const accountAliasOperations: readonly Operation[] = [
  createAccountAlias,
  deleteAccountAlias,
  listAccountAliases,
];
