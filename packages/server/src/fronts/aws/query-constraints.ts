import { type Constraint, type ConstraintLookup, constraintsIn } from './constraints.ts';

/** A pattern that the whole text must match; the models leave that unsaid. */
function pattern(spelling: string): NonNullable<Constraint['pattern']> {
  return { test: new RegExp(`^(?:${spelling})$`, 'u'), spelling };
}

const NO_DEMANDS: Constraint = {};
const NAME = pattern('[\\w+=,.@-]+');
const LONG_NAME: Constraint = { length: [1, 128], pattern: NAME };
const SHORT_NAME: Constraint = { length: [1, 64], pattern: NAME };
const ARN: Constraint = { length: [20, 2048] };
const RESOURCE_NAME: Constraint = { length: [1, 2048] };
const POLICY_TEXT = {
  // The model's own spelling; as a class of this language it needs no second one.
  test: /^[\t\n\r\u0020-\u00FF]+$/,
  spelling: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
};
const POLICY: Constraint = { length: [1, 131_072], pattern: POLICY_TEXT };
const PATH: Constraint = {
  length: [1, 512],
  pattern: {
    test: /^(?:\/|\/[\u0021-\u007E]+\/)$/,
    spelling: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)',
  },
};
const POLICY_PATH: Constraint = {
  length: [1, 512],
  pattern: { test: /^(?:\/[A-Za-z0-9.,+@=_-]+)*\/$/, spelling: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' },
};
const PATH_PREFIX: Constraint = {
  length: [1, 512],
  pattern: { test: /^\/[\u0021-\u007F]*$/, spelling: '\\u002F[\\u0021-\\u007F]*' },
};
const ROLE_DESCRIPTION: Constraint = {
  length: [0, 1000],
  pattern: {
    test: /^[\t\n\r\u0020-\u007E\u00A1-\u00FF]*$/,
    spelling: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
  },
};
const TAG_KEY: Constraint = {
  length: [1, 128],
  pattern: {
    test: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u,
    spelling: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
  },
};
const TAG_VALUE: Constraint = {
  length: [0, 256],
  pattern: {
    test: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
    spelling: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
  },
};
const TAGS: Constraint = { length: [0, 50] };
const ENTITY_TYPE: Constraint = {
  values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'],
};
const CLIENT_ID: Constraint = { length: [1, 255] };
const SERVICE_NAMESPACE: Constraint = { length: [1, 64], pattern: pattern('[\\w-]*') };

/** Rows as in the table of KMS, from IAM's model of 2010-05-08. */
const IAM_CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  AccessKeyId: { length: [16, 128], pattern: pattern('[\\w]+') },
  AccountAlias: {
    length: [3, 63],
    pattern: pattern('^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$'),
  },
  ActionNames: NO_DEMANDS,
  'ActionNames[]': { length: [3, 128] },
  AllUsers: NO_DEMANDS,
  Arn: ARN,
  AssignmentStatus: { values: ['Assigned', 'Unassigned', 'Any'] },
  AssumeRolePolicyDocument: POLICY,
  AttachmentName: { length: [1, 64] },
  AttachmentType: { values: ['group', 'role', 'user'] },
  'AttachUserPolicyRequest.UserName': SHORT_NAME,
  CallerArn: RESOURCE_NAME,
  ClientID: CLIENT_ID,
  ClientIDList: NO_DEMANDS,
  'ClientIDList[]': CLIENT_ID,
  ContextEntries: NO_DEMANDS,
  ContextKeyName: { length: [5, 256] },
  ContextKeyType: {
    values: [
      'string',
      'stringList',
      'numeric',
      'numericList',
      'boolean',
      'booleanList',
      'ip',
      'ipList',
      'binary',
      'binaryList',
      'date',
      'dateList',
    ],
  },
  ContextKeyValues: NO_DEMANDS,
  'ContextKeyValues[]': NO_DEMANDS,
  'CreatePolicyRequest.Description': { length: [0, 1000] },
  'CreatePolicyRequest.Path': POLICY_PATH,
  'CreateUserRequest.UserName': SHORT_NAME,
  'DeleteUserPermissionsBoundaryRequest.UserName': SHORT_NAME,
  Description: ROLE_DESCRIPTION,
  'DeleteLoginProfileRequest.UserName': SHORT_NAME,
  'DetachUserPolicyRequest.UserName': SHORT_NAME,
  EntityFilter: ENTITY_TYPE,
  Filter: NO_DEMANDS,
  'Filter[]': ENTITY_TYPE,
  'GetLoginProfileRequest.UserName': SHORT_NAME,
  Granularity: { values: ['SERVICE_LEVEL', 'ACTION_LEVEL'] },
  GroupName: LONG_NAME,
  InlinePolicyIdentifier: NO_DEMANDS,
  JobId: { length: [36, 36] },
  Key: TAG_KEY,
  'ListAttachedUserPoliciesRequest.UserName': SHORT_NAME,
  'ListEntitiesForPolicyRequest.PathPrefix': PATH,
  'ListGroupsRequest.PathPrefix': PATH_PREFIX,
  'ListInstanceProfilesRequest.PathPrefix': PATH_PREFIX,
  'ListRolesRequest.PathPrefix': PATH_PREFIX,
  'ListServerCertificatesRequest.PathPrefix': PATH_PREFIX,
  'ListServiceSpecificCredentialsRequest.UserName': SHORT_NAME,
  'ListUsersRequest.PathPrefix': PATH_PREFIX,
  Marker: {
    length: [1, 320],
    pattern: { test: /^[\u0020-\u00FF]+$/, spelling: '[\\u0020-\\u00FF]+' },
  },
  MaxItems: { range: [1, 1000] },
  MaxSessionDuration: { range: [3600, 43_200] },
  NewGroupName: LONG_NAME,
  NewPath: PATH,
  NewUserName: SHORT_NAME,
  OnlyAttached: NO_DEMANDS,
  OpenIDConnectProviderArn: ARN,
  OrderedOrganizationPolicyInputList: NO_DEMANDS,
  Path: PATH,
  PathPrefix: POLICY_PATH,
  PermissionsBoundary: ARN,
  PermissionsBoundaryPolicyInputList: NO_DEMANDS,
  'PermissionsBoundaryPolicyInputList[]': POLICY,
  PolicyArn: ARN,
  PolicyDocument: POLICY,
  PolicyExclusionList: NO_DEMANDS,
  PolicyInputList: NO_DEMANDS,
  'PolicyInputList[]': POLICY,
  PolicyName: LONG_NAME,
  PolicySourceArn: ARN,
  PolicyType: {
    values: ['aws-managed', 'inline', 'permission-boundary', 'rcp', 'scp', 'user-managed'],
  },
  PolicyUsageFilter: { values: ['PermissionsPolicy', 'PermissionsBoundary'] },
  'PutUserPermissionsBoundaryRequest.UserName': SHORT_NAME,
  ResourceArns: NO_DEMANDS,
  'ResourceArns[]': RESOURCE_NAME,
  ResourceHandlingOption: { length: [1, 64] },
  ResourceOwner: RESOURCE_NAME,
  ResourcePolicy: POLICY,
  RoleName: SHORT_NAME,
  Scope: { values: ['All', 'AWS', 'Local'] },
  ServiceControlPolicyInputList: NO_DEMANDS,
  'ServiceControlPolicyInputList[]': POLICY,
  ServiceName: NO_DEMANDS,
  ServiceNamespace: SERVICE_NAMESPACE,
  ServiceNamespaces: { length: [1, 200] },
  'ServiceNamespaces[]': SERVICE_NAMESPACE,
  SetAsDefault: NO_DEMANDS,
  Status: { values: ['Active', 'Inactive', 'Expired'] },
  TagKeys: TAGS,
  'TagKeys[]': TAG_KEY,
  Tags: TAGS,
  ThumbprintList: NO_DEMANDS,
  'ThumbprintList[]': { length: [40, 40] },
  Url: { length: [1, 255] },
  UserName: LONG_NAME,
  Value: TAG_VALUE,
  VersionId: { pattern: pattern('v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?') },
};

const STS_NAME = pattern('[\\w+=,.@-]*');
const STS_ARN: Constraint = {
  length: [20, 2048],
  pattern: {
    test: /^[\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u,
    spelling:
      '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+',
  },
};
const SESSION_POLICY: Constraint = { length: [1, 2048], pattern: POLICY_TEXT };
const ROLE_DURATION: Constraint = { range: [900, 43_200] };

/** Rows as in the table of KMS, from STS's model of 2011-06-15. */
const STS_CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  AccessKeyId: { length: [16, 128], pattern: pattern('[\\w]*') },
  arn: STS_ARN,
  'AssumeRoleRequest.DurationSeconds': ROLE_DURATION,
  // The model has no maximum for this one; without any, a policy could be too long for the record.
  'AssumeRoleRequest.Policy': SESSION_POLICY,
  'AssumeRoleWithWebIdentityRequest.DurationSeconds': ROLE_DURATION,
  ContextAssertion: { length: [4, 2048], hidden: true },
  DurationSeconds: { range: [900, 129_600] },
  ExternalId: { length: [2, 1224], pattern: pattern('[\\w+=,.@:\\/-]*') },
  Key: TAG_KEY,
  MinimumSessionTokenSize: NO_DEMANDS,
  Name: { length: [2, 32], pattern: STS_NAME },
  Policy: SESSION_POLICY,
  PolicyArns: NO_DEMANDS,
  ProvidedContexts: { length: [1, 5] },
  ProviderArn: STS_ARN,
  ProviderId: { length: [4, 2048] },
  RoleArn: STS_ARN,
  RoleSessionName: { length: [2, 64], pattern: STS_NAME },
  SerialNumber: { length: [9, 256], pattern: pattern('[\\w+=/:,.@-]*') },
  SourceIdentity: { length: [2, 64], pattern: STS_NAME },
  Tags: TAGS,
  TokenCode: { length: [6, 6], pattern: pattern('[\\d]*'), hidden: true },
  TransitiveTagKeys: TAGS,
  'TransitiveTagKeys[]': TAG_KEY,
  Value: TAG_VALUE,
  WebIdentityToken: { length: [4, 20_000], hidden: true },
};

/** What IAM's model demands. */
export const iamConstraintOf: ConstraintLookup = constraintsIn(IAM_CONSTRAINTS);

/** What STS's model demands. */
export const stsConstraintOf: ConstraintLookup = constraintsIn(STS_CONSTRAINTS);
