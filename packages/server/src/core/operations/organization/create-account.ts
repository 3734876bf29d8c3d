import type { Entropy } from '../../crypto/index.ts';
import { type AccountRecord, identityArn, type RoleRecord, rootArn } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { writePolicyDocument, writePrincipal } from '../principal-records.ts';
import { describeAccount, requireFreeName, writeAccount } from './accounts.ts';
import { authorizeForOrganization, requireOrganization } from './organization-access.ts';

/** The role through which the management account administers the others. */
const ADMINISTRATOR_ROLE = 'AccountAdministrator';
const ADMINISTRATOR_POLICY = 'arn:aws:iam::aws:policy/keywitness/Administrator';
const SESSION_SECONDS = 3600;
const TRIES_MAX = 8;

/**
 * `CreateAccount`: an account of nobody yet, with a role that principals of the management account can assume, as
 * policies there let them.
 */
export const createAccount: Operation = {
  name: 'CreateAccount',
  action: 'account.create',
  run(attempt, params) {
    const name = params.text('name');
    const asked = params.optionalText('accountId');
    attempt.note.parameters = { accountId: asked, name };
    authorizeForOrganization(attempt, 'keywitness:CreateAccount');
    const organization = requireOrganization(attempt);
    const id = asked ?? newAccountId(attempt);
    if (attempt.view.account(id) !== undefined) {
      throw new OperationError('AlreadyExists', `there is an account \`${id}\` already`);
    }
    requireFreeName(attempt, name);
    const account: AccountRecord = { id, name, createdAtMs: attempt.nowMs, guardrails: [] };
    const role = administratorRole(attempt, id);
    attempt.note.change = {
      after: {
        account: id,
        attached: role.attached,
        name,
        role: role.arn,
        trustPolicySha256: writePolicyDocument(attempt, role.trustPolicy),
      },
    };
    // INVARIANT: whatever names an account writes the organization, which it has read. So of two accounts of one name
    // at the same time, one is stale, is judged again, and finds the other.
    attempt.write('organization:main', organization);
    writeAccount(attempt, account);
    writePrincipal(attempt, role);
    return { ...describeAccount(account), administratorRoleArn: role.arn };
  },
};

function administratorRole(attempt: Attempt, account: string): RoleRecord {
  const trustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ManagementAccount',
        Effect: 'Allow',
        Principal: { AWS: rootArn(attempt.place.account) },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      },
    ],
  });
  return {
    type: 'role',
    arn: identityArn(account, 'role', '/', ADMINISTRATOR_ROLE),
    account,
    name: ADMINISTRATOR_ROLE,
    uniqueId: newUniqueId('AROA', attempt.entropy),
    createdAtMs: attempt.nowMs,
    disabled: false,
    policies: [],
    attached: [ADMINISTRATOR_POLICY],
    trustPolicy,
    description: 'Lets the management account administer this one.',
    maxSessionSeconds: SESSION_SECONDS,
  };
}

function newAccountId(attempt: Attempt): string {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const id = randomDigits(attempt.entropy);
    if (attempt.view.account(id) === undefined) return id;
  }
  throw new OperationError('LimitExceeded', 'no account number is free that was tried');
}

/** Twelve digits, the first one not zero: tools that take them for a number lose nothing. */
function randomDigits(entropy: Entropy): string {
  const number = Buffer.from(entropy.bytes(8)).readBigUInt64BE();
  return String(100_000_000_000n + (number % 900_000_000_000n));
}
