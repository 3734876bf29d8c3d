import type { AttemptRequest, Caller } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import type { SignatureVerdict, SignedRequest } from '../sigv4/index.ts';
import { awsRoute } from './index.ts';
import { isMembers } from './read-value.ts';

/** What the route needs of a service under test. */
interface Bench {
  readonly service: Parameters<typeof awsRoute>[0]['service'];
  request(operation: string): AttemptRequest;
}

const FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';
const JSON_HEADERS = ['Content-Type', 'application/x-amz-json-1.1'] as const;

/** An answer taken apart. */
export interface KmsAnswer {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly text: string;
  /** The members of a JSON body. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** The route with a signature check of its own: who sends `x-test-caller` is taken to be whom it names. */
export function testRoute(
  bench: Bench,
  callers: readonly Caller[],
  trail?: NonNullable<Parameters<typeof awsRoute>[0]['trail']>,
): Route {
  return awsRoute({
    service: bench.service,
    verifySignature: (request) => verdictOf(request, callers),
    ...(trail === undefined ? {} : { trail }),
  });
}

/** A request to KMS as a client would send it. */
export function kmsRequest(
  bench: Bench,
  target: string | undefined,
  body: Uint8Array | string,
  caller: Caller | undefined,
  more: readonly string[] = [],
): HttpRequest {
  return {
    method: 'POST',
    target: '/',
    rawHeaders: [
      ...JSON_HEADERS,
      ...(target === undefined ? [] : ['X-Amz-Target', target]),
      ...(caller === undefined ? [] : ['x-test-caller', caller.credentialId]),
      ...more,
    ],
    body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body,
    attempt: bench.request('-'),
  };
}

/** A request to STS as a client would send it. */
export function stsRequest(bench: Bench, body: string, caller: Caller | undefined): HttpRequest {
  return {
    method: 'POST',
    target: '/',
    rawHeaders: [
      'Content-Type',
      FORM_TYPE,
      ...(caller === undefined ? [] : ['x-test-caller', caller.credentialId]),
    ],
    body: Buffer.from(body, 'utf8'),
    attempt: bench.request('-'),
  };
}

/** Asks for one operation of KMS. */
export async function ask(
  route: Route,
  bench: Bench,
  caller: Caller | undefined,
  operation: string,
  body: Readonly<Record<string, unknown>> | Uint8Array | string,
): Promise<KmsAnswer> {
  const bytes = body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body);
  return takeApart(await route.handle(kmsRequest(bench, `TrentService.${operation}`, bytes, caller)));
}

/** Takes an answer apart. */
export function takeApart({ body, headers, status }: HttpAnswer): KmsAnswer {
  if (typeof body !== 'string') throw new TypeError('the answer is no text');
  const value: unknown = body.startsWith('{') ? JSON.parse(body) : undefined;
  return { status, headers, text: body, members: isMembers(value) ? value : {} };
}

function verdictOf({ rawHeaders }: SignedRequest, callers: readonly Caller[]): SignatureVerdict {
  const at = rawHeaders.indexOf('x-test-caller');
  const claimed = at < 0 ? undefined : (rawHeaders[at + 1] ?? '');
  const service = rawHeaders.includes(FORM_TYPE) ? 'sts' : 'kms';
  const scopeAt = rawHeaders.indexOf('x-test-scope');
  const scope = {
    date: '20270115',
    region: 'eu-central-1',
    service: scopeAt < 0 ? service : (rawHeaders[scopeAt + 1] ?? ''),
  };
  if (claimed === undefined) {
    return { kind: 'refused', code: 'MissingAuthenticationToken', message: 'Missing Authentication Token' };
  }
  const caller = callers.find((candidate) => candidate.credentialId === claimed);
  if (caller !== undefined) return { kind: 'verified', caller, scope };
  return {
    kind: 'refused',
    code: 'UnrecognizedClient',
    message: 'The security token included in the request is invalid.',
    claimedAccessKeyId: claimed,
  };
}
