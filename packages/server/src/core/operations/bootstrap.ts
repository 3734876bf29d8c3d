import type { Entropy } from '../crypto/index.ts';
import {
  type AccountRecord,
  type CredentialRecord,
  identityArn,
  type InlinePolicy,
  type OrganizationRecord,
  principalId,
  type UserRecord,
} from '../identity/index.ts';
import { parsePolicy, PolicyError } from '../policy/index.ts';
import type { Attempt } from './attempt.ts';
import type { Operation } from './operation.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ADMINISTRATOR = 'admin';
const ADMINISTRATOR_POLICY_NAME = 'Administrator';

/** What the administrator may do: everything that asks identity policies. */
const ADMINISTRATOR_POLICY: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Administrator', Effect: 'Allow', Action: '*', Resource: '*' }],
});

/**
 * The service's own act at the first start, and whenever whoever owns the machine breaks the glass: makes sure that
 * the principal `admin` exists, is enabled and may do everything, and gives it one more access key. The answer holds the
 * secret.
 */
export const bootstrapAdministrator: Operation = {
  name: 'BootstrapAdministrator',
  action: 'principal.bootstrap',
  run(attempt) {
    const account = attempt.place.account;
    const id = principalId(account, 'user', ADMINISTRATOR);
    const known = attempt.view.principal(id)?.record;
    const user = known === undefined || known.type === 'role' ? newAdministrator(attempt) : known;
    const principal = restored(user);
    const { record, secretAccessKey } = newCredential(attempt, id);
    attempt.note.change = {
      before: known === undefined ? undefined : { policies: known.policies.map((policy) => policy.name) },
      after: {
        accessKeyId: record.accessKeyId,
        policies: principal.policies.map((policy) => policy.name),
        principal: principal.arn,
      },
    };
    foundOrganization(attempt);
    // A quarantine may be why the glass is broken.
    if (attempt.view.quarantine(id) !== undefined) attempt.write(`quarantine:${id}`, null);
    attempt.write(`principal:${id}`, principal);
    attempt.write(`credential:${record.accessKeyId}`, record);
    return { accessKeyId: record.accessKeyId, arn: principal.arn, secretAccessKey };
  },
};

/** At the first start there is an organization of one account, which manages it and reads the record. */
function foundOrganization(attempt: Attempt): void {
  const { account } = attempt.place;
  if (attempt.view.organization() === undefined) {
    const organization: OrganizationRecord = {
      id: `o-${randomText(attempt.entropy, BASE32.toLowerCase(), 10)}`,
      managementAccount: account,
      auditAccount: account,
      guardrails: [],
    };
    attempt.write('organization:main', organization);
  }
  if (attempt.view.account(account) === undefined) {
    const record: AccountRecord = {
      id: account,
      name: 'management',
      createdAtMs: attempt.nowMs,
      guardrails: [],
    };
    attempt.write(`account:${account}`, record);
  }
}

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

/** Enabled, and with the administrator's policy as it was at first: whoever breaks the glass gets in. */
function restored(record: UserRecord): UserRecord {
  const others = record.policies.filter(
    (policy) => policy.name !== ADMINISTRATOR_POLICY_NAME && isReadable(policy),
  );
  const policies = [{ name: ADMINISTRATOR_POLICY_NAME, document: ADMINISTRATOR_POLICY }, ...others];
  // Boundary, groups and attached policies may be why nobody gets in; none of them is lost, they can be put again.
  return {
    ...record,
    attached: undefined,
    boundary: undefined,
    disabled: false,
    groups: undefined,
    policies,
  };
}

/** A policy that cannot be read denies everything, and may be why the glass is broken. */
function isReadable({ document }: InlinePolicy): boolean {
  try {
    parsePolicy(document, 'identity');
    return true;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

function newAdministrator(attempt: Attempt): UserRecord {
  const { account } = attempt.place;
  return {
    arn: identityArn(account, 'user', '/', ADMINISTRATOR),
    account,
    name: ADMINISTRATOR,
    type: 'user',
    uniqueId: newUniqueId('AIDA', attempt.entropy),
    createdAtMs: attempt.nowMs,
    disabled: false,
    policies: [],
  };
}

/** Both alphabets have a power of two of letters, so a masked byte is uniform. */
function randomText(entropy: Entropy, alphabet: string, length: number): string {
  let text = '';
  for (const byte of entropy.bytes(length)) text += alphabet.charAt(byte & (alphabet.length - 1));
  return text;
}
