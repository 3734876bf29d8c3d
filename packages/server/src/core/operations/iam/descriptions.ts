import type {
  GroupRecord,
  IdentityTag,
  ManagedPolicyRecord,
  PolicyVersion,
  RoleRecord,
  UserRecord,
} from '../../identity/index.ts';
import type { Result } from '../params.ts';
import type { PolicyUse } from './policies.ts';

/** A user as listings show it: without tags and boundary, as in AWS. */
export function summarizeUser({ arn, createdAtMs, name, path, uniqueId }: UserRecord): Result {
  return { arn, createDate: createdAtMs, path: path ?? '/', userId: uniqueId, userName: name };
}

/** A user. */
export function describeUser(record: UserRecord): Result {
  return { ...summarizeUser(record), ...describeLimits(record) };
}

/** A group. */
export function describeGroup({ arn, createdAtMs, name, path, uniqueId }: GroupRecord): Result {
  return { arn, createDate: createdAtMs, groupId: uniqueId, groupName: name, path };
}

/** A role as listings show it: without tags and boundary, as in AWS. */
export function summarizeRole(record: RoleRecord): Result {
  const { arn, createdAtMs, description, maxSessionSeconds, name, path, trustPolicy, uniqueId } = record;
  return {
    arn,
    assumeRolePolicyDocument: trustPolicy,
    createDate: createdAtMs,
    description: description === '' ? undefined : description,
    maxSessionDuration: maxSessionSeconds,
    path: path ?? '/',
    roleId: uniqueId,
    roleName: name,
  };
}

/** A role. When it was last used is completed by whoever can read the record (`spec/iam.md`, "last use"). */
export function describeRole(record: RoleRecord): Result {
  return { ...summarizeRole(record), ...describeLimits(record) };
}

/** The boundary and the tags of a user or role; members that do not apply are left out. */
export function describeLimits({ boundary, tags }: UserRecord | RoleRecord): Result {
  return {
    permissionsBoundary:
      boundary === undefined
        ? undefined
        : { permissionsBoundaryArn: boundary, permissionsBoundaryType: 'PermissionsBoundaryPolicy' },
    tags: describeTags(tags),
  };
}

/** Tags, which are left out when there are none. */
export function describeTags(tags: readonly IdentityTag[] | undefined): readonly Result[] | undefined {
  return tags === undefined || tags.length === 0 ? undefined : tags.map(({ key, value }) => ({ key, value }));
}

/** A managed policy as listings show it. */
export function summarizePolicy(record: ManagedPolicyRecord, use: PolicyUse): Result {
  return {
    arn: record.arn,
    attachmentCount: use.attached,
    createDate: record.createdAtMs,
    defaultVersionId: record.defaultVersionId,
    isAttachable: true,
    path: record.path,
    permissionsBoundaryUsageCount: use.asBoundary,
    policyId: record.uniqueId,
    policyName: record.name,
    updateDate: record.updatedAtMs,
  };
}

/** A managed policy. */
export function describePolicy(record: ManagedPolicyRecord, use: PolicyUse): Result {
  const { description, tags } = record;
  return {
    ...summarizePolicy(record, use),
    description: description === '' ? undefined : description,
    tags: describeTags(tags),
  };
}

/** A version of a managed policy, without its text. */
export function summarizeVersion(record: ManagedPolicyRecord, { createdAtMs, id }: PolicyVersion): Result {
  return { createDate: createdAtMs, isDefaultVersion: id === record.defaultVersionId, versionId: id };
}

/** A version of a managed policy. */
export function describeVersion(record: ManagedPolicyRecord, version: PolicyVersion): Result {
  return { ...summarizeVersion(record, version), document: version.document };
}
