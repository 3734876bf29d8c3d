import type { ConsoleSignIn, SignInError } from '@keywitness/api';
import * as oauth from 'oauth4webapi';
import { LedgerError } from '../../../core/audit/index.ts';
import {
  type AttemptRequest,
  Params,
  type Recorded,
  type Service,
  stsOperations,
} from '../../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../../http/index.ts';
import {
  clearedCookie,
  cookieName,
  readBrowserHead,
  sessionCookie,
  setCookie,
  valuesOf,
} from '../../session-cookie/index.ts';
import { errorAnswer, httpRefusal, jsonAnswer, redirect } from '../answers.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { recordedOrRefused } from '../recorded-or-refused.ts';
import { named, recordUnknown } from '../refusals.ts';
import {
  type BegunSignIn,
  openSignIn,
  sealSignIn,
  SIGN_IN_COOKIE,
  SIGN_IN_SECONDS_MAX,
} from './begun-sign-in.ts';
import { IssuerClient } from './issuer-client.ts';
import { HOME, localPath } from './local-path.ts';
import { sessionName } from './session-name.ts';
import type { SingleSignOn } from '../single-sign-on.ts';

const ROOT = '/console/sso';
const START = `${ROOT}/start`;
const CALLBACK = `${ROOT}/callback`;
/** The page that tells people what went wrong. */
const SIGN_IN_PAGE = '/console/sign-in';

/** The front with what its issuer needs. */
interface SsoFront {
  readonly service: Service;
  readonly isSecure: boolean;
  readonly sso: SingleSignOn;
  readonly issuer: IssuerClient;
}

/** A sign-in that ends here, before STS was asked. */
interface Failure {
  readonly error: SignInError;
  /** As it is recorded. */
  readonly code: string;
  readonly message: string;
  readonly to?: string | undefined;
}

/** `/console/sso`: signing in with the organization's account (`spec/console.md`, "single sign-on"). */
export function ssoRoute({ cookies, service, sso }: ConsoleParts): Route {
  const front =
    sso === undefined
      ? undefined
      : { service, isSecure: cookies.isSecure, sso, issuer: new IssuerClient(sso, () => service.nowMs()) };
  return {
    name: 'console-sso',
    protocol: { front: 'console', service: 'keywitness', operation: '-' },
    matches: (_method, path) => path === ROOT || path.startsWith(`${ROOT}/`),
    bodyBytesMax: 0,
    handle: (request) => recordedOrRefused(request, () => answer(service, front, request)),
    refuse: httpRefusal,
  };
}

async function answer(
  service: Service,
  front: SsoFront | undefined,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const [path = '', query = ''] = split(request.target);
  const { attempt } = request;
  if (request.method === 'GET') {
    if (path === ROOT) return jsonAnswer(200, attempt.requestId, undefined, signInOf(service, front));
    if (front !== undefined && path === START) {
      return orUnrecorded(front, () => begin(front, request, new URLSearchParams(query)));
    }
    if (front !== undefined && path === CALLBACK) {
      return orUnrecorded(front, () => finish(front, request, new URLSearchParams(query)));
    }
  }
  const error = { status: 404, code: 'NotFound', message: 'there is nothing at this address' };
  const recorded = await recordUnknown(service, named(attempt, '-'), error);
  return errorAnswer(attempt.requestId, recorded, error);
}

function split(target: string): readonly string[] {
  const question = target.indexOf('?');
  return question < 0 ? [target] : [target.slice(0, question), target.slice(question + 1)];
}

function signInOf({ place: { region } }: Service, front: SsoFront | undefined): ConsoleSignIn {
  if (front === undefined) return { region, roles: [] };
  const { issuer, roles } = front.sso;
  return { region, issuer, roles: roles.map((arn) => ({ arn, name: arn.split('/').at(-1) ?? '' })) };
}

/** People are told of everything on a page, also that their attempt could not be recorded. */
async function orUnrecorded(front: SsoFront, answering: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answering();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return signInPage(front, 'not-recorded', undefined, undefined);
  }
}

/**
 * Sends a person to the issuer. Nothing is released by that and nothing changes, so only refusals are recorded. Another
 * site cannot begin it: it would choose the role.
 */
async function begin(front: SsoFront, request: HttpRequest, query: URLSearchParams): Promise<HttpAnswer> {
  const { isSecure, issuer, service, sso } = front;
  const attempt = named(request.attempt, 'BeginSignIn');
  const to = localPath(query.get('to') ?? undefined);
  const { fetchSite } = readBrowserHead(request.rawHeaders);
  if (fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return refuse(front, attempt, { ...CROSS_SITE, to });
  }
  const role = sso.roles.find((arn) => arn === query.get('role'));
  if (role === undefined) return refuse(front, attempt, { ...UNKNOWN_ROLE, to });
  const begun: BegunSignIn = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    role,
    to,
    begunAtMs: service.nowMs(),
  };
  const page = await issuer.authorizationUrl(begun);
  if (page.kind === 'failed') return refuse(front, attempt, { ...failureOf(page), to });
  const cookie = setCookie(isSecure, {
    name: SIGN_IN_COOKIE,
    value: sealSignIn(sso, begun),
    // The issuer sends the browser back, which is a way from another site.
    sameSite: 'Lax',
    maxAgeSeconds: SIGN_IN_SECONDS_MAX,
  });
  return { ...redirect(page.url), cookies: [cookie] };
}

/**
 * Takes the issuer's answer, once: the browser loses its cookie whatever comes of it. Every way through here ends in one
 * event (G2).
 */
async function finish(front: SsoFront, request: HttpRequest, answered: URLSearchParams): Promise<HttpAnswer> {
  const { isSecure, issuer, service, sso } = front;
  const attempt = named(request.attempt, 'SignIn');
  const { cookies } = readBrowserHead(request.rawHeaders);
  const sealed = valuesOf(cookies, cookieName(isSecure, SIGN_IN_COOKIE));
  const begun = sealed.length === 1 ? openSignIn(sso, sealed[0] ?? '', service.nowMs()) : undefined;
  if (begun === undefined) return refuse(front, attempt, NOT_BEGUN);
  const { role, to } = begun;
  if (!sso.roles.includes(role)) return refuse(front, attempt, { ...UNKNOWN_ROLE, to });
  const exchanged = await issuer.exchange(answered, begun);
  if (exchanged.kind === 'failed') return refuse(front, attempt, { ...failureOf(exchanged), to });
  const token = new Params({ roleArn: role, webIdentityToken: exchanged.idToken });
  const verdict = await sso.verifyWebIdentity(token);
  if (verdict.kind === 'refused') {
    const error = verdict.code === 'IdentityProviderUnreachable' ? 'issuer-unreachable' : 'invalid-token';
    return refuse(front, attempt, { error, code: verdict.code, message: verdict.message, to });
  }
  return assumeRole(front, attempt, begun, verdict.webIdentity);
}

async function assumeRole(
  front: SsoFront,
  attempt: AttemptRequest,
  { role, to }: BegunSignIn,
  webIdentity: Parameters<typeof sessionName>[0],
): Promise<HttpAnswer> {
  const { isSecure, service } = front;
  const operation = stsOperations.get('AssumeRoleWithWebIdentity');
  if (operation === undefined) throw new TypeError('STS has roles assumed by web identities');
  const caller = { principalArn: webIdentity.providerArn, credentialId: 'web-identity', webIdentity };
  const params = new Params({ roleArn: role, roleSessionName: sessionName(webIdentity) });
  const performed = await service.perform(operation, attempt, caller, params);
  if (performed.kind === 'refused') {
    const error = performed.error.code === 'Unavailable' ? 'not-recorded' : 'access-denied';
    return signInPage(front, error, performed, to);
  }
  const { credentials } = performed.result;
  const made = new Params(typeof credentials === 'object' ? { ...credentials } : {});
  const cookie = sessionCookie(isSecure, {
    accessKeyId: made.text('accessKeyId'),
    secretAccessKey: made.text('secretAccessKey'),
    sessionToken: made.text('sessionToken'),
  });
  // An issuer with very long names for everything: the session is given to nobody.
  if (cookie === undefined) return signInPage(front, 'invalid-token', performed, to);
  return { ...redirect(to, performed), cookies: [cookie, clearedCookie(isSecure, SIGN_IN_COOKIE)] };
}

const CROSS_SITE = {
  error: 'cross-site',
  code: 'CrossSiteRequest',
  message: 'another site began the sign-in',
} as const;

const UNKNOWN_ROLE = {
  error: 'unknown-role',
  code: 'NotFound',
  message: 'the console has no such role to sign in to',
} as const;

const NOT_BEGUN = {
  error: 'expired',
  code: 'SignInExpired',
  message: 'no sign-in was begun in this browser within the last ten minutes',
} as const;

const ISSUER_CODES = {
  'invalid-answer': 'InvalidAnswer',
  'issuer-refused': 'IssuerRefused',
  'issuer-unreachable': 'IdentityProviderUnreachable',
} as const;

function failureOf({
  error,
  message,
}: {
  readonly error: keyof typeof ISSUER_CODES;
  readonly message: string;
}): Failure {
  return { error, code: ISSUER_CODES[error], message };
}

/** Records why a sign-in failed, and tells the person on the console's own page. @throws LedgerError */
async function refuse(
  front: SsoFront,
  attempt: AttemptRequest,
  { code, error, message, to }: Failure,
): Promise<HttpAnswer> {
  const recorded = await front.service.refuse(attempt, {
    outcome: error === 'issuer-unreachable' ? 'error' : 'denied',
    action: 'request.unauthenticated',
    code,
    message,
  });
  return signInPage(front, error, recorded, to);
}

function signInPage(
  { isSecure }: SsoFront,
  error: SignInError,
  recorded: Recorded | undefined,
  to: string | undefined,
): HttpAnswer {
  const query = new URLSearchParams({
    error,
    ...(recorded === undefined ? {} : { event: recorded.eventId }),
    ...(to === undefined || to === HOME ? {} : { to }),
  });
  return {
    ...redirect(`${SIGN_IN_PAGE}?${query.toString()}`, recorded),
    cookies: [clearedCookie(isSecure, SIGN_IN_COOKIE)],
  };
}
