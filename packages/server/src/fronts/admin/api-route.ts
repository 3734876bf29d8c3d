import { LedgerError } from '../../core/audit/index.ts';
import type { AttemptRequest, Caller } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { errorAnswer, statusOf } from './answers.ts';
import { authenticate, signedActor } from './authenticate.ts';
import type { ApiInput, Endpoint, Granted } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { type RequestTarget, readTarget } from './request-target.ts';
import { unrecordable } from './unrecordable.ts';

/** More than a policy of full length, escaped as JSON. */
const BODY_BYTES_MAX = 128 * 1024;

/** A request that is no call of this API: what to record and answer. */
interface Misfit {
  readonly status: 400 | 404 | 405;
  readonly action: 'request.malformed' | 'request.unknown';
  readonly code: string;
  readonly message: string;
}

interface Match {
  readonly endpoint: Endpoint;
  readonly path: ApiInput['path'];
}

/** `/v1/`: calls as JSON. */
export function apiRoute(front: AdminFront): Route {
  return {
    name: 'admin',
    protocol: { front: 'admin', service: 'keywitness', operation: '-' },
    matches: (_method, path) => path === '/v1' || path.startsWith('/v1/'),
    bodyBytesMax: BODY_BYTES_MAX,
    handle: (request) => recordedOrRefused(request, () => answerCall(front, request)),
    refuse: ({ status, code, message, requestId }) =>
      errorAnswer({ requestId, recorded: undefined }, status, { code, message }),
  };
}

/** Answers a request, or says that it could not be recorded. */
export async function recordedOrRefused(
  { attempt }: HttpRequest,
  answering: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await answering();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const refusal = unrecordable(error);
    return errorAnswer({ requestId: attempt.requestId, recorded: undefined }, refusal.status, refusal);
  }
}

/** Records a request that never became an operation, and answers it (G2). @throws LedgerError */
export async function answerMisfit(
  front: AdminFront,
  attempt: AttemptRequest,
  { status, action, code, message }: Misfit,
  caller?: Caller,
): Promise<HttpAnswer> {
  const recorded = await front.service.refuse(attempt, {
    outcome: 'error',
    action,
    code,
    message,
    ...(caller === undefined ? {} : { actor: signedActor(caller) }),
  });
  return errorAnswer({ requestId: attempt.requestId, recorded }, status, { code, message });
}

async function answerCall(front: AdminFront, request: HttpRequest): Promise<HttpAnswer> {
  const reading = readTarget(request.target);
  const match = reading.kind === 'read' ? findEndpoint(request.method, reading.target.path) : undefined;
  const operation = match?.endpoint.operation.name ?? '-';
  const attempt = { ...request.attempt, protocol: { ...request.attempt.protocol, operation } };
  const authenticated = await authenticate(front, request, attempt);
  if (authenticated.kind === 'refused') return authenticated.answer;
  const { caller } = authenticated;
  if (reading.kind === 'malformed') return answerMisfit(front, attempt, malformed(reading.message), caller);
  if (match === undefined) {
    return answerMisfit(front, attempt, unknownCall(request.method, reading.target), caller);
  }
  const input = inputOf(match, reading.target, request);
  const call = input === undefined ? notJson : match.endpoint.read(input);
  if (call.kind === 'malformed') return answerMisfit(front, attempt, malformed(call.message), caller);
  const standing = front.service.standing;
  const performed = await front.service.perform(match.endpoint.operation, attempt, caller, call.params);
  const origin = { requestId: attempt.requestId, recorded: performed };
  if (performed.kind === 'refused') {
    return errorAnswer(origin, statusOf(performed.error.code), performed.error);
  }
  const { result } = performed;
  const granted: Granted = {
    front,
    attempt,
    rawHeaders: request.rawHeaders,
    caller,
    standing,
    params: call.params,
    result,
    recorded: performed,
    origin,
  };
  return call.answer(granted);
}

const notJson = { kind: 'malformed', message: 'the body of the request is not JSON in UTF-8' } as const;

function malformed(message: string): Misfit {
  return { status: 400, action: 'request.malformed', code: 'Validation', message };
}

function unknownCall(method: string, { path }: RequestTarget): Misfit {
  const isKnownPath = endpoints.some((candidate) => matchPath(candidate, path) !== undefined);
  return {
    status: isKnownPath ? 405 : 404,
    action: 'request.unknown',
    code: isKnownPath ? 'MethodNotAllowed' : 'UnknownOperation',
    message: isKnownPath
      ? `this path does not know the method \`${method.slice(0, 16)}\``
      : 'there is no such path in this API',
  };
}

function findEndpoint(method: string, path: readonly string[]): Match | undefined {
  for (const candidate of endpoints) {
    if (candidate.method !== method) continue;
    const texts = matchPath(candidate, path);
    if (texts !== undefined) return { endpoint: candidate, path: texts };
  }
  return undefined;
}

/** The texts that stand where the endpoint's path has names; `undefined` when the path is another one. */
function matchPath(candidate: Endpoint, path: readonly string[]): ApiInput['path'] | undefined {
  if (candidate.path.length !== path.length) return undefined;
  const texts: Record<string, string> = {};
  for (const [position, part] of candidate.path.entries()) {
    const text = path[position] ?? '';
    if (part.startsWith('{')) texts[part.slice(1, -1)] = text;
    else if (part !== text) return undefined;
  }
  return texts;
}

function inputOf(
  match: Match,
  { query }: RequestTarget,
  { body, rawHeaders }: HttpRequest,
): ApiInput | undefined {
  if (body.length === 0) return { path: match.path, query, rawHeaders, body: {} };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return { path: match.path, query, rawHeaders, body: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
