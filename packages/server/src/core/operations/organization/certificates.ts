import { type CertificateRecord, parseArn, type PrincipalRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';

/**
 * Finds the certificate that an operation is about, notes it, and asks policy about the principal that it stands for.
 *
 * @throws OperationError when the answer is no, or when the caller's account has no such certificate.
 */
export function requireCertificate(attempt: Attempt, params: Params, permission: string): CertificateRecord {
  const sha256 = params.text('sha256');
  const known = attempt.view.certificate(sha256);
  const record = known !== undefined && isOf(known, attempt.account) ? known : undefined;
  const holder = record === undefined ? undefined : attempt.view.principal(record.principalArn)?.record;
  attempt.note.parameters = { ...attempt.note.parameters, principal: holder?.arn, sha256 };
  attempt.authorize({ permission, resource: holder?.arn ?? '*', resourceTags: holder?.tags });
  if (record !== undefined) return record;
  throw new OperationError('NotFound', `there is no certificate \`${sha256}\``);
}

/** Whether a certificate stands for a principal of this account. */
export function isOf({ principalArn }: CertificateRecord, account: string): boolean {
  return parseArn(principalArn)?.account === account;
}

/** A certificate as it is shown. */
export function describeCertificate(record: CertificateRecord, holder: PrincipalRecord | undefined): Result {
  const { createdAtMs, description, disabled, principalArn, sha256 } = record;
  return { createdAt: createdAtMs, description, disabled, principalArn: holder?.arn ?? principalArn, sha256 };
}

/** Declares the certificate's new record as an effect; answers it as it is shown. */
export function writeCertificate(attempt: Attempt, record: CertificateRecord): Result {
  attempt.write(`certificate:${record.sha256}`, record);
  return describeCertificate(record, attempt.view.principal(record.principalArn)?.record);
}
