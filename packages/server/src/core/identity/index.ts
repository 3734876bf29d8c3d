export { parseArn } from './arn.ts';
export type { CredentialRecord, InlinePolicy, PrincipalRecord } from './records.ts';
export { type OpenSecret, SigningKeys, type SigningScope } from './signing-keys.ts';
