export type { AccessClient } from './access-client.ts';
export { readAnswer } from './answers.ts';
export { type ApiClient, createApiClient, createApiClientOver } from './api-client.ts';
export { ApiError } from './api-error.ts';
export type { CallOptions } from './calls.ts';
export type { CertificateClient } from './certificate-client.ts';
export type { ChannelClient } from './channel-client.ts';
export { cookieTransport } from './cookie-transport.ts';
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
export { type ApiClientOptions, type ApiCredentials, signedTransport } from './signed-transport.ts';
export type { IncidentClient } from './incident-client.ts';
export type { RecordClient } from './record-client.ts';
export type { RuleClient } from './rule-client.ts';
export type { SuppressionClient } from './suppression-client.ts';
export { type ApiRequest, sendOrExplain, type Transport, urlOf } from './transport.ts';
export type { KeyClient } from './key-client.ts';
export type { ServiceClient } from './service-client.ts';
