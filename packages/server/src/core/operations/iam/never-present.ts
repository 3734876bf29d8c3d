import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Attempt } from '../attempt.ts';
import type { Params, Result } from '../params.ts';
import { requireEntity } from './entities.ts';
import { users } from './holders.ts';
import { userNameOr } from './users.ts';

/*
 * Passwords, devices, machines and certificates of servers that IAM keeps and this service does not. Who deletes users
 * or roles asks for them first, Terraform among others, and is told the truth: there are none.
 */

/** An operation that lists what users of AWS can have besides access keys. */
function userListing(name: string, action: string, empty: Result): Operation {
  return {
    name,
    action,
    run(attempt, params) {
      requireEntity(attempt, users, userNameOr(attempt, params), name);
      return empty;
    },
  };
}

/** An operation that lists what accounts of AWS can have. */
function accountListing(name: string, action: string, empty: Result): Operation {
  return {
    name,
    action,
    run(attempt) {
      attempt.authorize({ permission: `iam:${name}`, resource: '*' });
      return empty;
    },
  };
}

const NONE = { isTruncated: false };
const listServiceCredentials = 'ListServiceSpecificCredentials';

/** The listing for all users at once is a matter of the account. */
const listServiceSpecificCredentials: Operation = {
  name: listServiceCredentials,
  action: 'user.list-service-credentials',
  run(attempt, params) {
    if (params.flag('allUsers')) {
      attempt.authorize({ permission: `iam:${listServiceCredentials}`, resource: '*' });
    } else {
      requireEntity(attempt, users, userNameOr(attempt, params), listServiceCredentials);
    }
    return { ...NONE, serviceSpecificCredentials: [] };
  },
};

/** Nobody signs in with a password. */
function loginProfileOperation(name: string, action: string): Operation {
  return { name, action, run: (attempt, params) => refuseLoginProfile(attempt, params, name) };
}

/** @throws OperationError `NotFound`, or `AccessDenied`. */
function refuseLoginProfile(attempt: Attempt, params: Params, permission: string): never {
  const { name } = requireEntity(attempt, users, userNameOr(attempt, params), permission);
  throw new OperationError('NotFound', `Login Profile for User ${name} cannot be found.`);
}

/** The operations on what is never there. */
export const neverPresentOperations: readonly Operation[] = [
  userListing('ListMFADevices', 'user.list-mfa-devices', { ...NONE, mFADevices: [] }),
  userListing('ListSSHPublicKeys', 'user.list-ssh-keys', { ...NONE, sSHPublicKeys: [] }),
  userListing('ListSigningCertificates', 'user.list-signing-certificates', { ...NONE, certificates: [] }),
  listServiceSpecificCredentials,
  loginProfileOperation('GetLoginProfile', 'user.read-login-profile'),
  loginProfileOperation('DeleteLoginProfile', 'user.delete-login-profile'),
  accountListing('ListVirtualMFADevices', 'account.list-mfa-devices', { ...NONE, virtualMFADevices: [] }),
  accountListing('ListSAMLProviders', 'account.list-saml-providers', { sAMLProviderList: [] }),
  accountListing('ListServerCertificates', 'account.list-server-certificates', {
    ...NONE,
    serverCertificateMetadataList: [],
  }),
  accountListing('ListInstanceProfiles', 'account.list-instance-profiles', { ...NONE, instanceProfiles: [] }),
];
