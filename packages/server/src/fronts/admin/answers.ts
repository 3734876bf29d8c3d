import type { ErrorBody } from '@keywitness/api';
import type { OperationErrorCode, Recorded, Result } from '../../core/operations/index.ts';
import { type HttpAnswer, recordedHeaders } from '../http/index.ts';

/** The status of every refusal of an operation; its code is answered as it is (`spec/admin-api.md`, "errors"). */
const statuses: Readonly<Record<OperationErrorCode, number>> = {
  AccessDenied: 403,
  AlreadyExists: 409,
  Conflict: 409,
  CredentialInvalid: 401,
  DeleteConflict: 409,
  DependencyTimeout: 503,
  Disabled: 409,
  DryRun: 412,
  ExpiredImportToken: 400,
  ExpiredToken: 401,
  IdentityProviderRejectedClaim: 403,
  IdentityProviderUnreachable: 502,
  IncorrectKey: 400,
  IncorrectKeyMaterial: 400,
  InvalidAliasName: 400,
  InvalidArn: 400,
  InvalidCiphertext: 400,
  InvalidGrantId: 400,
  InvalidGrantToken: 400,
  InvalidIdentityToken: 401,
  InvalidImportToken: 400,
  InvalidInput: 400,
  InvalidKeyUsage: 400,
  InvalidMac: 400,
  InvalidMarker: 400,
  InvalidSignature: 400,
  InvalidState: 409,
  KeyUnavailable: 503,
  LimitExceeded: 409,
  MalformedPolicy: 400,
  MalformedRule: 400,
  NotFound: 404,
  PolicyTooLarge: 400,
  TagInvalid: 400,
  Throttled: 429,
  Unavailable: 503,
  Unmodifiable: 409,
  Unsupported: 400,
  Validation: 400,
};

/** What every answer says of its request in headers. */
export interface AnswerOrigin {
  readonly requestId: string;
  /** Where the request was recorded; `undefined` when that was not possible, or when it was not to be. */
  readonly recorded: Recorded | undefined;
}

/** The status that an operation's refusal is answered with. */
export function statusOf(code: OperationErrorCode): number {
  return statuses[code];
}

/** An answer of any kind, with where it was recorded. */
export function answer(
  origin: AnswerOrigin,
  status: number,
  contentType: string,
  body: HttpAnswer['body'],
  cacheControl: string = 'no-store',
): HttpAnswer {
  const headers = {
    'content-type': contentType,
    'cache-control': cacheControl,
    'x-content-type-options': 'nosniff',
    'x-keywitness-request-id': origin.requestId,
    ...(origin.recorded === undefined ? {} : recordedHeaders(origin.recorded)),
  };
  return { status, headers, body };
}

/** An answer that is JSON already. */
export function jsonAnswer(origin: AnswerOrigin, text: string): HttpAnswer {
  return answer(origin, 200, 'application/json', text);
}

const INSTANTS: ReadonlySet<string> = new Set([
  'at',
  'createdAt',
  'disabledUntil',
  'expiresAt',
  'lastSeenAt',
  'lastUsedAt',
  'openedAt',
  'resolvedAt',
  'revokedAt',
  'since',
  'time',
  'updatedAt',
]);

/** The result of an operation; its instants become RFC 3339. */
export function resultAnswer(origin: AnswerOrigin, result: Result): HttpAnswer {
  const text = JSON.stringify(result, (name, value: unknown) =>
    INSTANTS.has(name) && typeof value === 'number' ? new Date(value).toISOString() : value,
  );
  return jsonAnswer(origin, text);
}

/** A refusal. */
export function errorAnswer(
  origin: AnswerOrigin,
  status: number,
  error: { readonly code: string; readonly message: string },
): HttpAnswer {
  return answer(origin, status, 'application/json', errorText(origin.requestId, error));
}

/** The text of a refusal. */
export function errorText(
  requestId: string,
  { code, message }: { readonly code: string; readonly message: string },
): string {
  const body: ErrorBody = { error: { code, message, requestId } };
  return JSON.stringify(body);
}
