import type { ConsoleSession } from '@keywitness/api';
import { parseArn, type Session } from '../../core/identity/index.ts';
import {
  type AttemptRequest,
  type Caller,
  createSession,
  endSession,
  type Operation,
  Params,
  type Performed,
  type Place,
  stsOperations,
} from '../../core/operations/index.ts';
import { type HttpAnswer, type HttpRequest, provingCertificate, type Route } from '../http/index.ts';
import {
  clearedCookie,
  cookieName,
  crossSite,
  csrfTokenOf,
  isFromThisOrigin,
  provingByCookie,
  readBrowserHead,
  readSessionCookie,
  sessionCookie,
} from '../session-cookie/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import { errorAnswer, httpRefusal, jsonAnswer, statusOf } from './answers.ts';
import type { ConsoleParts } from './console-parts.ts';
import { recordedOrRefused } from './recorded-or-refused.ts';
import { named, recordUnknown, refuseUnproven } from './refusals.ts';

const SESSION_PATH = '/console/session';
/** How long who signs in with an access key stays signed in: a working day. */
const SESSION_SECONDS = 28_800;
/** Of our names for them. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['POST', 'CreateSession'],
  ['GET', 'GetSession'],
  ['DELETE', 'EndSession'],
]);

/** `/console/session`: signing in, who is signed in, and signing out (`spec/console.md`, "sessions"). */
export function sessionRoute(parts: ConsoleParts): Route {
  return {
    name: 'console-session',
    protocol: { front: 'console', service: 'keywitness', operation: '-' },
    matches: (_method, path) => path === SESSION_PATH,
    bodyBytesMax: 0,
    handle: (request) => recordedOrRefused(request, () => answerSession(parts, request)),
    refuse: httpRefusal,
  };
}

async function answerSession(parts: ConsoleParts, request: HttpRequest): Promise<HttpAnswer> {
  const attempt = named(request.attempt, OPERATIONS.get(request.method) ?? '-');
  switch (request.method) {
    case 'POST':
      return signIn(parts, request, attempt);
    case 'GET':
      return tellSession(parts, request, attempt);
    case 'DELETE':
      return signOut(parts, request, attempt);
    default: {
      const error = {
        status: 405,
        code: 'MethodNotAllowed',
        message: 'a session is created, looked at and deleted: POST, GET, DELETE',
      };
      return errorAnswer(attempt.requestId, await recordUnknown(parts.service, attempt, error), error);
    }
  }
}

/**
 * Signing in makes a new session, whatever cookie the browser has: nobody is made to work in a session that somebody else
 * began. A page of another site cannot sign anybody in.
 */
async function signIn(
  parts: ConsoleParts,
  request: HttpRequest,
  attempt: AttemptRequest,
): Promise<HttpAnswer> {
  const { cookies, service } = parts;
  if (!isFromThisOrigin(readBrowserHead(request.rawHeaders))) {
    return refuseUnproven(service, attempt, crossSite(NOT_FROM_HERE));
  }
  const proof = proofOf(parts, request);
  if (proof.kind === 'refused') return refuseUnproven(service, attempt, proof);
  const params = new Params({ durationSeconds: SESSION_SECONDS });
  const performed = await service.perform(createSession, attempt, proof.caller, params);
  if (performed.kind === 'refused') return refusedBy(performed, attempt);
  const result = new Params(performed.result);
  const made = {
    accessKeyId: result.text('accessKeyId'),
    secretAccessKey: result.text('secretAccessKey'),
    sessionToken: result.text('sessionToken'),
  };
  const cookie = sessionCookie(cookies.isSecure, made);
  if (cookie === undefined) throw new TypeError('a session without policies and tags fits into a cookie');
  const body = sessionBody({
    ...made,
    place: service.place,
    principalArn: result.text('principalArn'),
    expiresAtMs: result.number('expiresAt'),
  });
  return { ...jsonAnswer(201, attempt.requestId, performed, body), cookies: [cookie] };
}

const NOT_FROM_HERE = 'People sign in on the page of this service only (Sec-Fetch-Site: same-origin).';

async function tellSession(
  parts: ConsoleParts,
  request: HttpRequest,
  attempt: AttemptRequest,
): Promise<HttpAnswer> {
  const { service } = parts;
  if (isNobody(parts, request)) return nobody(attempt.requestId);
  const proof = cookieProof(parts, request);
  if (proof.kind === 'refused') return unproven(parts, attempt, proof);
  const { accessKeyId, caller, expiresAtMs, secretAccessKey } = proof;
  const performed = await service.perform(getCallerIdentity(), attempt, caller, new Params({}));
  if (performed.kind === 'refused') {
    const refused = refusedBy(performed, attempt);
    // Whoever is only held up, or kept out for a while, is still signed in.
    return refused.status === 401 ? withoutCookie(parts, refused) : refused;
  }
  const principalArn = new Params(performed.result).text('arn');
  const body = sessionBody({ accessKeyId, expiresAtMs, place: service.place, principalArn, secretAccessKey });
  return jsonAnswer(200, attempt.requestId, performed, body);
}

/** Also under a name that counts for nothing: it is claimed to be one. */
const ANY_SESSION_COOKIE = /keywitness-session/i;

/** A browser in which nobody has signed in asks so before it shows the sign-in page. It claims nothing and gets nothing. A page of another site has no business to ask. */
function isNobody({ verifySignature }: ConsoleParts, request: HttpRequest): boolean {
  const verdict = verifySignature(request);
  const head = readBrowserHead(request.rawHeaders);
  if (!isFromThisOrigin(head)) return false;
  return verdict.kind === 'refused' && verdict.unsigned === true && !ANY_SESSION_COOKIE.test(head.cookies);
}

/** No attempt on anything, and so not recorded, like a page itself. */
function nobody(requestId: string): HttpAnswer {
  const { headers } = jsonAnswer(204, requestId, undefined, {});
  return { status: 204, headers, body: '' };
}

/** Ends the session, and takes the cookie away even where there is none to end any more. */
async function signOut(
  parts: ConsoleParts,
  request: HttpRequest,
  attempt: AttemptRequest,
): Promise<HttpAnswer> {
  const proof = cookieProof(parts, request);
  if (proof.kind === 'refused') return unproven(parts, attempt, proof);
  const performed = await parts.service.perform(endSession, attempt, proof.caller, new Params({}));
  if (performed.kind === 'refused') return withoutCookie(parts, refusedBy(performed, attempt));
  return withoutCookie(parts, jsonAnswer(200, attempt.requestId, performed, {}));
}

/** A cookie that proves nothing is of no use to its browser. A page of another site does not get it taken away. */
async function unproven(parts: ConsoleParts, attempt: AttemptRequest, refused: Refused): Promise<HttpAnswer> {
  const answered = await refuseUnproven(parts.service, attempt, refused);
  return refused.code === 'CrossSiteRequest' ? answered : withoutCookie(parts, answered);
}

function withoutCookie({ cookies }: ConsoleParts, answered: HttpAnswer): HttpAnswer {
  return { ...answered, cookies: [clearedCookie(cookies.isSecure)] };
}

function refusedBy(
  { error, ...recorded }: Performed & { readonly kind: 'refused' },
  { requestId }: AttemptRequest,
): HttpAnswer {
  const { code, message } = error;
  return errorAnswer(requestId, recorded, { status: statusOf(code), code, message });
}

type Refused = SignatureVerdict & { readonly kind: 'refused' };

/** Who signs in: by a signature, or by the client certificate of a connection. A cookie gets no new session. */
function proofOf({ service, verifySignature }: ConsoleParts, request: HttpRequest): SignatureVerdict {
  const verdict = verifySignature(request);
  const certificate = provingCertificate(request.attempt);
  if (verdict.kind === 'verified' || verdict.unsigned !== true || certificate === undefined) return verdict;
  const caller = service.certificateCaller(certificate);
  return caller === undefined
    ? verdict
    : { kind: 'verified', caller, scope: { region: service.place.region } };
}

interface CookieProof {
  readonly kind: 'session';
  readonly caller: Caller;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly expiresAtMs: number;
}

/** The session of a request that its cookie proves; a signature says nothing of whose browser asks. */
function cookieProof(
  { cookies, verifySignature }: ConsoleParts,
  request: HttpRequest,
): CookieProof | Refused {
  const verdict = provingByCookie(verifySignature, cookies)(request);
  if (verdict.kind === 'refused') return verdict;
  const { caller } = verdict;
  const cookie = readSessionCookie(readBrowserHead(request.rawHeaders).cookies, cookieName(cookies.isSecure));
  const session: Session | undefined = caller.byConsole === true ? caller.session : undefined;
  if (cookie.kind !== 'read' || session === undefined) return NO_COOKIE;
  const { accessKeyId, secretAccessKey } = cookie.session;
  return { kind: 'session', caller, accessKeyId, secretAccessKey, expiresAtMs: session.expiresAtMs };
}

const NO_COOKIE = {
  kind: 'refused',
  code: 'MissingAuthenticationToken',
  message: 'The request has no cookie of a session.',
} as const;

interface Described {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly principalArn: string;
  readonly expiresAtMs: number;
  readonly place: Place;
}

function sessionBody(described: Described): ConsoleSession {
  const { accessKeyId, expiresAtMs, place, principalArn, secretAccessKey } = described;
  return {
    principalArn,
    name: principalArn.split('/').at(-1) ?? '',
    accountId: parseArn(principalArn)?.account ?? '',
    expiresAt: new Date(expiresAtMs).toISOString(),
    accessKeyId,
    csrfToken: csrfTokenOf(secretAccessKey),
    region: place.region,
    regions: place.regions ?? [place.region],
  };
}

function getCallerIdentity(): Operation {
  const operation = stsOperations.get('GetCallerIdentity');
  if (operation === undefined) throw new TypeError('STS tells callers who they are');
  return operation;
}
