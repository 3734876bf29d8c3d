import type { OperationErrorCode, Recorded } from '../../core/operations/index.ts';
import { type HttpAnswer, type HttpRefusal, recordedHeaders } from '../http/index.ts';
import { securityHeaders } from './security-headers.ts';

/** An error as it is answered. */
export interface ConsoleError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** An answer in JSON, that nobody keeps. */
export function jsonAnswer(
  status: number,
  requestId: string,
  recorded: Recorded | undefined,
  value: object,
): HttpAnswer {
  const headers = {
    ...securityHeaders,
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-keywitness-request-id': requestId,
    ...(recorded === undefined ? {} : recordedHeaders(recorded)),
  };
  return { status, headers, body: `${JSON.stringify(value)}\n` };
}

/** A refusal. */
export function errorAnswer(
  requestId: string,
  recorded: Recorded | undefined,
  { status, code, message }: ConsoleError,
): HttpAnswer {
  return jsonAnswer(status, requestId, recorded, { error: { code, message, requestId } });
}

/** A refusal of HTTP. */
export function httpRefusal({ status, code, message, requestId }: HttpRefusal): HttpAnswer {
  return errorAnswer(requestId, undefined, { status, code, message });
}

/** Sends a browser on, to an address of our own or of the issuer's. */
export function redirect(location: string, recorded?: Recorded): HttpAnswer {
  const headers = {
    ...securityHeaders,
    location,
    'cache-control': 'no-store',
    ...(recorded === undefined ? {} : recordedHeaders(recorded)),
  };
  return { status: 303, headers, body: '' };
}

/** The status that an operation's refusal is answered with; whatever else it may be, it is the request's fault. */
export function statusOf(code: OperationErrorCode): number {
  return STATUSES.get(code) ?? 400;
}

const STATUSES: ReadonlyMap<OperationErrorCode, number> = new Map([
  ['AccessDenied', 403],
  ['CredentialInvalid', 401],
  ['ExpiredToken', 401],
  ['InvalidIdentityToken', 401],
  ['IdentityProviderUnreachable', 502],
  ['InvalidState', 409],
  ['Throttled', 429],
  ['Unavailable', 503],
]);
