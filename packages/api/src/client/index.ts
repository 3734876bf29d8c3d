export { type ApiClient, type CallOptions, createApiClient } from './api-client.ts';
export { ApiError } from './api-error.ts';
export type { ApiClientOptions, ApiCredentials } from './signed-fetch.ts';
