import { sha256Hex } from '../../crypto/index.ts';
import type { UserRecord } from '../../identity/index.ts';
import { findUser } from '../admin/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { idOf, writePrincipal } from '../principal-records.ts';
import { writeCertificate } from './certificates.ts';

/** Enough to replace certificates on many machines one by one. Disabled ones count. */
const CERTIFICATES_MAX = 100;
const PEM = /^\s*-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/]+={0,2}\s*)-----END CERTIFICATE-----\s*$/;

/**
 * `RegisterCertificate`: who connects with this TLS client certificate, of a CA that the listener trusts, acts as this
 * user or service of the caller's account.
 */
export const registerCertificate: Operation = {
  name: 'RegisterCertificate',
  action: 'certificate.register',
  run(attempt, params) {
    const name = params.text('principalName');
    const { arn, record: principal } = findUser(attempt, name);
    attempt.note.parameters = { principal: arn, sha256: params.optionalText('sha256') };
    attempt.authorize({
      permission: 'keywitness:RegisterCertificate',
      resource: arn,
      resourceTags: principal?.tags,
    });
    if (principal === undefined) throw new OperationError('NotFound', `there is no principal \`${name}\``);
    const sha256 = readFingerprint(params);
    if (attempt.view.certificate(sha256) !== undefined) {
      throw new OperationError('AlreadyExists', `the certificate \`${sha256}\` is registered already`);
    }
    requireRoom(attempt, principal);
    attempt.note.change = { after: { principal: principal.arn, sha256 } };
    // INVARIANT: every registration writes its principal, which it has read, so that of two at the same time one is
    // judged again and counts the other.
    writePrincipal(attempt, principal);
    return writeCertificate(attempt, {
      sha256,
      principalArn: idOf(principal),
      principalUniqueId: principal.uniqueId,
      description: params.optionalText('description') ?? '',
      createdAtMs: attempt.nowMs,
      disabled: false,
    });
  },
};

/** A certificate is named by the hash of its DER encoding; PEM (RFC 7468) is that in base64. */
function readFingerprint(params: Params): string {
  const sha256 = params.optionalText('sha256');
  const pem = params.optionalText('pem');
  if ((sha256 === undefined) === (pem === undefined)) {
    throw new OperationError('InvalidInput', 'a certificate is registered by `sha256` or by `pem`');
  }
  if (sha256 !== undefined) return sha256.replaceAll(':', '').toLowerCase();
  const base64 = PEM.exec(pem ?? '')?.[1]?.replaceAll(/\s/g, '');
  if (base64 !== undefined) return sha256Hex(Buffer.from(base64, 'base64'));
  throw new OperationError('InvalidInput', 'the text is not one certificate in PEM');
}

function requireRoom(attempt: Attempt, principal: UserRecord): void {
  const id = idOf(principal);
  const own = [...attempt.view.peek.certificates.values()].filter(({ principalArn }) => principalArn === id);
  if (own.length < CERTIFICATES_MAX) return;
  throw new OperationError('LimitExceeded', `a principal has at most ${CERTIFICATES_MAX} certificates`);
}
