import {
  type ServiceSettings,
  serviceSettingsSchema,
  type ServiceStatus,
  serviceStatusSchema,
} from '../schemas/index.ts';
import type { Ask, CallOptions } from './calls.ts';

/** The service as a whole. Every method rejects with `ApiError`. */
export interface ServiceClient {
  status(options?: CallOptions): Promise<ServiceStatus>;
  settings(options?: CallOptions): Promise<ServiceSettings>;
}

/** Makes the part of a client that is about the service. */
export function serviceClient(ask: Ask): ServiceClient {
  return {
    status: (options) => ask({ method: 'GET', path: ['v1', 'status'] }, serviceStatusSchema, options),
    settings: (options) => ask({ method: 'GET', path: ['v1', 'settings'] }, serviceSettingsSchema, options),
  };
}
