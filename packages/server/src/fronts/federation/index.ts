export { createWebIdentityVerifier, type WebIdentityVerdict, type WebIdentityVerifier } from './verify.ts';
export type { FederationRefusal, FederationRefusalCode } from './refusal.ts';
