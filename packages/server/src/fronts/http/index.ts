export { provingCertificate } from './client.ts';
export type { HttpAnswer, HttpRefusal, HttpRequest, Route } from './exchange.ts';
export { type HttpLimits, standardLimits } from './limits.ts';
export { Listener, type ListenerOptions } from './listener.ts';
export { elsewhere, type PlainResource, plainRoutes } from './plain-routes.ts';
export { recordedHeaders } from './problems.ts';
export type { TlsOptions } from './tls-options.ts';
export { addressFrom, type AddressRange } from './trusted-proxies.ts';
