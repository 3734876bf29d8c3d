import type { AccountRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Result } from '../params.ts';

/** An account as lists show it. */
export function summarizeAccount({ createdAtMs, guardrails, id, name }: AccountRecord): Result {
  return { accountId: id, createdAt: createdAtMs, guardrailNames: guardrails.map((one) => one.name), name };
}

/** An account with its guardrails. */
export function describeAccount(record: AccountRecord): Result {
  return { ...summarizeAccount(record), guardrails: record.guardrails };
}

/** @throws OperationError `NotFound`. */
export function requireAccount(attempt: Attempt, id: string): AccountRecord {
  const record = attempt.view.account(id);
  if (record !== undefined) return record;
  throw new OperationError('NotFound', `there is no account \`${id}\``);
}

/**
 * Refuses a name that another account has.
 *
 * @throws OperationError `AlreadyExists`.
 */
export function requireFreeName(attempt: Attempt, name: string, own?: string): void {
  for (const { id, name: taken } of attempt.view.peek.accounts.values()) {
    if (id === own || taken.toLowerCase() !== name.toLowerCase()) continue;
    throw new OperationError('AlreadyExists', `there is an account named \`${name}\` already`);
  }
}

/** Declares the account's new record as an effect. */
export function writeAccount(attempt: Attempt, record: AccountRecord): void {
  attempt.write(`account:${record.id}`, record);
}
