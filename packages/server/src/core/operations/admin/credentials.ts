import type { CredentialRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';

/**
 * Finds the credential that an operation is about, notes it, and asks policy about the principal it belongs to.
 *
 * @throws OperationError when the answer is no, or when there is no such credential.
 */
export function requireCredential(attempt: Attempt, params: Params, permission: string): CredentialRecord {
  const accessKeyId = params.text('accessKeyId');
  const record = attempt.view.credential(accessKeyId);
  const holder = record === undefined ? undefined : attempt.view.principal(record.principalArn)?.record;
  attempt.note.parameters = { ...attempt.note.parameters, accessKeyId, principal: holder?.arn };
  // Nobody of another account is looked at: tags of theirs would decide what is answered.
  const own = holder?.account === attempt.account ? holder : undefined;
  attempt.authorize({ permission, resource: own?.arn ?? '*', resourceTags: own?.tags });
  if (record === undefined || own === undefined) {
    throw new OperationError('NotFound', `there is no credential \`${accessKeyId}\``);
  }
  return record;
}

/** Declares the credential's new record as an effect. */
export function writeCredential(attempt: Attempt, record: CredentialRecord): void {
  attempt.write(`credential:${record.accessKeyId}`, record);
}

/** A credential as it is shown: never with its secret, sealed or not (G8). */
export function describeCredential(record: CredentialRecord): Result {
  return {
    accessKeyId: record.accessKeyId,
    createdAt: record.createdAtMs,
    disabled: record.disabled,
    principalArn: record.principalArn,
  };
}
