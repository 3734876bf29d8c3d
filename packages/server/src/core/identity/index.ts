export { parseArn } from './arn.ts';
export {
  assumedRoleArn,
  groupId,
  identityArn,
  identityProviderArn,
  principalId,
  principalIdOf,
  rootArn,
} from './names.ts';
export type {
  AccountRecord,
  CertificateRecord,
  CredentialRecord,
  GroupRecord,
  IdentityProviderRecord,
  IdentityTag,
  InlinePolicy,
  ManagedPolicyRecord,
  OrganizationRecord,
  PolicyVersion,
  PrincipalRecord,
  RevokedSessionRecord,
  RevokedSessionsRecord,
  RoleRecord,
  UserRecord,
} from './records.ts';
export type { Session, SessionParent } from './session.ts';
export { type SecretHolder, SigningKeys, type SigningScope } from './signing-keys.ts';
export { type WebIdentity, webIdentityConditions } from './web-identity.ts';
