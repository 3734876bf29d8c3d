import type { Entropy } from '../crypto/index.ts';
import type { CredentialRecord, PrincipalRecord } from '../identity/index.ts';
import type { Attempt } from './attempt.ts';
import type { Operation } from './operation.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ADMINISTRATOR = 'admin';

/** What the administrator may do: everything that asks identity policies. */
const ADMINISTRATOR_POLICY: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Administrator', Effect: 'Allow', Action: '*', Resource: '*' }],
});

/**
 * The service's own act at the first start, and whenever whoever owns the machine breaks the glass: makes sure that
 * the principal `admin` exists and is enabled, and gives it one more access key. The answer holds the secret.
 */
export const bootstrapAdministrator: Operation = {
  name: 'BootstrapAdministrator',
  action: 'principal.bootstrap',
  run(attempt) {
    const arn = `arn:aws:iam::${attempt.place.account}:user/${ADMINISTRATOR}`;
    const known = attempt.view.principal(arn);
    const principal = { ...(known?.record ?? newAdministrator(attempt, arn)), disabled: false };
    const { record, secretAccessKey } = newCredential(attempt, arn);
    attempt.note.change = { after: { accessKeyId: record.accessKeyId, principal: arn } };
    attempt.write(`principal:${arn}`, principal);
    attempt.write(`credential:${record.accessKeyId}`, record);
    return { accessKeyId: record.accessKeyId, arn, secretAccessKey };
  },
};

/** Makes an access key: its record, with the secret sealed, and the secret itself, to be shown once. */
export function newCredential(
  attempt: Attempt,
  principalArn: string,
): { readonly record: CredentialRecord; readonly secretAccessKey: string } {
  const accessKeyId = `AKIA${randomText(attempt.entropy, BASE32, 16)}`;
  const secretAccessKey = randomText(attempt.entropy, BASE64, 40);
  const secret = Buffer.from(secretAccessKey, 'utf8');
  const sealedSecret = attempt.keyring.sealSecret(['access-key', accessKeyId], secret, attempt.entropy);
  secret.fill(0);
  const record = { accessKeyId, principalArn, sealedSecret, createdAtMs: attempt.nowMs, disabled: false };
  return { record, secretAccessKey };
}

/** A principal's unique id in AWS's form: a prefix and 16 base32 characters. */
export function newUniqueId(prefix: string, entropy: Entropy): string {
  return `${prefix}${randomText(entropy, BASE32, 16)}`;
}

function newAdministrator(attempt: Attempt, arn: string): PrincipalRecord {
  return {
    arn,
    account: attempt.place.account,
    name: ADMINISTRATOR,
    type: 'user',
    uniqueId: newUniqueId('AIDA', attempt.entropy),
    createdAtMs: attempt.nowMs,
    disabled: false,
    policies: [{ name: 'Administrator', document: ADMINISTRATOR_POLICY }],
  };
}

/** Both alphabets have a power of two of letters, so a masked byte is uniform. */
function randomText(entropy: Entropy, alphabet: string, length: number): string {
  let text = '';
  for (const byte of entropy.bytes(length)) text += alphabet.charAt(byte & (alphabet.length - 1));
  return text;
}
