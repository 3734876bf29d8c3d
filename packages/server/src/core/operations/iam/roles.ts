import { sha256Hex } from '../../crypto/index.ts';
import { identityArn, principalId, type RoleRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import { noteTags } from '../kms/index.ts';
import { loosenedBy } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { idOf, writePolicyDocument } from '../principal-records.ts';
import { describeRole, summarizeRole } from './descriptions.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { roles, rolesOf } from './holders.ts';
import { authorizeCreation, readTags } from './identity-tags.ts';
import { byName, pageOfItems } from './item-pages.ts';
import { TRUST_POLICY_CHARACTERS_MAX } from './limits.ts';
import { holdPolicy } from './policies.ts';
import { charactersOf, checkPolicyText } from './policy-texts.ts';
import { refuseConflicts } from './users.ts';

/** AWS's: how long sessions of a role last at most, when nobody says. */
const SESSION_SECONDS_DEFAULT = 3600;

const createRole: Operation = {
  name: 'CreateRole',
  action: 'role.create',
  run(attempt, params) {
    const name = params.text('roleName');
    const path = params.optionalText('path') ?? '/';
    const boundary = params.optionalText('permissionsBoundary');
    const tags = readTags(params);
    const arn = identityArn(attempt.account, 'role', path, name);
    noteParameters(attempt, { role: arn });
    authorizeCreation(attempt, 'Role', arn, { tags, boundary });
    if (attempt.view.principal(principalId(attempt.account, 'role', name)) !== undefined) {
      throw new OperationError('AlreadyExists', `Role with name ${name} already exists.`);
    }
    const trustPolicy = readTrustPolicy(attempt, params, 'assumeRolePolicyDocument');
    if (boundary !== undefined) holdPolicy(attempt, boundary);
    const record: RoleRecord = {
      arn,
      account: attempt.account,
      name,
      path,
      type: 'role',
      uniqueId: newUniqueId('AROA', attempt.entropy),
      createdAtMs: attempt.nowMs,
      disabled: false,
      policies: [],
      boundary,
      tags,
      trustPolicy,
      description: params.optionalText('description') ?? '',
      maxSessionSeconds: params.optionalNumber('maxSessionDuration') ?? SESSION_SECONDS_DEFAULT,
    };
    roles.write(attempt, record);
    attempt.note.change = {
      after: {
        boundary,
        ...noteSettings(record),
        role: arn,
        trustPolicySha256: writePolicyDocument(attempt, trustPolicy),
        uniqueId: record.uniqueId,
        ...noteTags(attempt, tags),
      },
    };
    return { role: describeRole(record) };
  },
};

function noteSettings({ description, maxSessionSeconds }: RoleRecord): {
  readonly description: string;
  readonly maxSessionSeconds: number;
} {
  return { description: clip(description), maxSessionSeconds };
}

/** @throws OperationError `MalformedPolicy` or `LimitExceeded`. */
function readTrustPolicy(attempt: Attempt, params: Params, member: string): string {
  const text = params.text(member);
  checkPolicyText(attempt, text, 'trust');
  if (charactersOf(text) <= TRUST_POLICY_CHARACTERS_MAX) return text;
  const message = `Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_CHARACTERS_MAX}`;
  throw new OperationError('LimitExceeded', message);
}

const getRole: Operation = {
  name: 'GetRole',
  action: 'role.read',
  run(attempt, params) {
    return { role: describeRole(requireEntity(attempt, roles, params.text('roleName'), 'GetRole')) };
  },
};

const updateRole: Operation = {
  name: 'UpdateRole',
  action: 'role.update',
  run(attempt, params) {
    updateSettings(attempt, params, 'UpdateRole');
    return {};
  },
};

const updateRoleDescription: Operation = {
  name: 'UpdateRoleDescription',
  action: 'role.update',
  run(attempt, params) {
    return { role: describeRole(updateSettings(attempt, params, 'UpdateRoleDescription')) };
  },
};

/** What the request does not speak of stays as it is. */
function updateSettings(attempt: Attempt, params: Params, permission: string): RoleRecord {
  const before = requireEntity(attempt, roles, params.text('roleName'), permission);
  const after: RoleRecord = {
    ...before,
    description: params.optionalText('description') ?? before.description,
    maxSessionSeconds: params.optionalNumber('maxSessionDuration') ?? before.maxSessionSeconds,
  };
  roles.write(attempt, after);
  attempt.note.change = { before: noteSettings(before), after: noteSettings(after) };
  return after;
}

/** Whoever may change whom a role trusts may become it: this is asked for by itself. */
const updateAssumeRolePolicy: Operation = {
  name: 'UpdateAssumeRolePolicy',
  action: 'role.update-trust',
  run(attempt, params) {
    const record = requireEntity(attempt, roles, params.text('roleName'), 'UpdateAssumeRolePolicy');
    const trustPolicy = readTrustPolicy(attempt, params, 'policyDocument');
    roles.write(attempt, { ...record, trustPolicy });
    attempt.note.change = {
      before: { trustPolicySha256: sha256Hex(record.trustPolicy) },
      after: {
        loosened: loosenedBy({ before: record.trustPolicy, after: trustPolicy }, 'trust', record.account),
        trustPolicySha256: writePolicyDocument(attempt, trustPolicy),
      },
    };
    return {};
  },
};

const deleteRole: Operation = {
  name: 'DeleteRole',
  action: 'role.delete',
  run(attempt, params) {
    const record = requireEntity(attempt, roles, params.text('roleName'), 'DeleteRole');
    refuseConflicts([
      [record.policies.length > 0, 'must delete policies first'],
      [(record.attached ?? []).length > 0, 'must detach all policies first'],
    ]);
    attempt.write(`principal:${idOf(record)}`, null);
    attempt.note.change = { before: { role: record.arn, uniqueId: record.uniqueId } };
    return {};
  },
};

const listRoles: Operation = {
  name: 'ListRoles',
  action: 'role.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'iam:ListRoles', resource: '*' });
    const prefix = params.optionalText('pathPrefix') ?? '/';
    const found = rolesOf(attempt).filter(({ path }) => (path ?? '/').startsWith(prefix));
    const { items, isTruncated, marker } = pageOfItems(found, params, byName);
    return { isTruncated, marker, roles: items.map(summarizeRole) };
  },
};

/** There are no machines here that could have profiles; Terraform asks before it deletes a role. */
const listInstanceProfilesForRole: Operation = {
  name: 'ListInstanceProfilesForRole',
  action: 'role.list-instance-profiles',
  run(attempt, params) {
    requireEntity(attempt, roles, params.text('roleName'), 'ListInstanceProfilesForRole');
    return { instanceProfiles: [], isTruncated: false };
  },
};

/** The operations on roles themselves. */
export const roleOperations: readonly Operation[] = [
  createRole,
  getRole,
  updateRole,
  updateRoleDescription,
  updateAssumeRolePolicy,
  deleteRole,
  listRoles,
  listInstanceProfilesForRole,
];
