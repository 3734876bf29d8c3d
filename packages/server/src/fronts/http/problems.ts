import type { AttemptRequest, FrontRefusal, Recorded } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRefusal, Route } from './exchange.ts';

/** Why HTTP refuses a request, as it is recorded and answered. */
export interface Problem extends FrontRefusal {
  readonly status: HttpRefusal['status'];
}

function problem(
  status: Problem['status'],
  action: string,
  code: string,
  message: string,
  outcome: Problem['outcome'] = 'error',
): Problem {
  return { status, action, code, message, outcome };
}

type ProblemName =
  | 'malformed'
  | 'handshake'
  | 'certificate'
  | 'host'
  | 'head'
  | 'headers'
  | 'body'
  | 'slow'
  | 'expectation'
  | 'connect'
  | 'dropped'
  | 'fault';

/** Every reason there is. */
export const problems: Readonly<Record<ProblemName, Problem>> = {
  malformed: problem(400, 'request.malformed', 'MalformedRequest', 'the request is not HTTP/1.1'),
  handshake: problem(400, 'request.malformed', 'TlsHandshakeFailed', 'the TLS handshake failed'),
  certificate: problem(
    403,
    'request.unauthenticated',
    'ClientCertificateRequired',
    'the client has no certificate that is trusted here',
    'denied',
  ),
  host: problem(400, 'request.malformed', 'HostMissing', 'the request names no host'),
  head: problem(431, 'request.oversize', 'RequestHeadTooLarge', 'the request line and headers are too large'),
  headers: problem(431, 'request.oversize', 'TooManyHeaders', 'the request has too many headers'),
  body: problem(413, 'request.oversize', 'RequestEntityTooLarge', 'the body of the request is too large'),
  slow: problem(408, 'request.timeout', 'RequestTimeout', 'the request did not arrive in time'),
  expectation: problem(
    417,
    'request.malformed',
    'ExpectationFailed',
    'the expectation of the request cannot be met',
  ),
  connect: problem(405, 'request.unknown', 'MethodNotAllowed', 'this is not a proxy'),
  dropped: problem(
    503,
    'request.dropped',
    'TooManyConnections',
    'there are too many connections',
    'throttled',
  ),
  fault: problem(500, 'request.failed', 'InternalFailure', 'the request could not be processed'),
};

/** What an error of Node's HTTP parser or TLS means; `undefined` when the client just went away. */
export function problemOf(error: Error): Problem | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'HPE_HEADER_OVERFLOW' || code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return problems.head;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problems.slow;
  if (code.startsWith('HPE_')) return problems.malformed;
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') ? problems.handshake : undefined;
}

/** The answer, in the form of the route's protocol, with where it was recorded. */
export function answerTo(
  route: Route,
  attempt: AttemptRequest,
  { status, code, message }: Problem,
  recorded: Recorded | undefined,
): HttpAnswer {
  const answer = route.refuse({ status, code, message, requestId: attempt.requestId });
  return recorded === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, ...recordedHeaders(recorded) } };
}

/** The headers that tell a client where its attempt was recorded. */
export function recordedHeaders({ eventId, index }: Recorded): Readonly<Record<string, string>> {
  return { 'x-keywitness-event-id': eventId, 'x-keywitness-log-index': String(index) };
}
