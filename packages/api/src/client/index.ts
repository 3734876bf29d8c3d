export type { AccessClient } from './access-client.ts';
export { type ApiClient, createApiClient } from './api-client.ts';
export { ApiError } from './api-error.ts';
export type { CallOptions } from './calls.ts';
export type { CertificateClient } from './certificate-client.ts';
export type { ChannelClient } from './channel-client.ts';
export type { EvidenceClient } from './evidence-client.ts';
export type { OrganizationClient } from './organization-client.ts';
export type {
  FunctionClient,
  PlaybookClient,
  QuarantineClient,
  RemediationClient,
  ResponseSettingsClient,
} from './remediation-clients.ts';
export type { SessionClient } from './session-client.ts';
export type { ApiClientOptions, ApiCredentials } from './signed-fetch.ts';
export type { IncidentClient } from './incident-client.ts';
export type { RecordClient } from './record-client.ts';
export type { RuleClient } from './rule-client.ts';
export type { SuppressionClient } from './suppression-client.ts';
