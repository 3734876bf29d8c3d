import {
  ApiError,
  type ApiCredentials,
  type ApiRequest,
  cookieTransport,
  readAnswer,
  type Schema,
  signedTransport,
  type Transport,
} from '@keywitness/api';
import * as v from 'valibot';
import { timeLimit } from './time-limit.ts';

/** Who is signed in, and until when. */
export interface ConsoleSession {
  readonly principalArn: string;
  /** Of a user, or of a session of a role. */
  readonly name: string;
  readonly accountId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** That of the session, as events name it. */
  readonly accessKeyId: string;
  /** Goes with every change that a page asks for. */
  readonly csrfToken: string;
}

/** How people can sign in. */
export interface SignInWays {
  /** The region that requests are signed for. */
  readonly region: string;
  /** Who vouches for people, if anybody does. */
  readonly issuer?: string | undefined;
  /** The roles that may be got that way. */
  readonly roles: readonly { readonly arn: string; readonly name: string }[];
}

const sessionSchema: Schema<ConsoleSession> = v.object({
  principalArn: v.string(),
  name: v.string(),
  accountId: v.string(),
  expiresAt: v.string(),
  accessKeyId: v.string(),
  csrfToken: v.string(),
});

const waysSchema: Schema<SignInWays> = v.object({
  region: v.string(),
  issuer: v.optional(v.string()),
  roles: v.array(v.object({ arn: v.string(), name: v.string() })),
});

const path = ['console', 'session'];

/** The session of this browser; `undefined` when there is none. @throws ApiError */
export async function readSession(): Promise<ConsoleSession | undefined> {
  try {
    return await ask(byCookie(), { method: 'GET', path }, sessionSchema);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

/** @throws ApiError */
export function readSignInWays(): Promise<SignInWays> {
  return ask(byCookie(), { method: 'GET', path: ['console', 'sso'] }, waysSchema);
}

/** Signs one request with an access key, whose secret stays in this page, and gets a session for it. @throws ApiError */
export function signIn(credentials: ApiCredentials, region: string): Promise<ConsoleSession> {
  const transport = signedTransport({
    endpoint: location.origin,
    region,
    credentials: async () => credentials,
    fetch: (input, init) => fetch(input, init),
  });
  return ask(transport, { method: 'POST', path }, sessionSchema);
}

/** Ends the session: its cookie is worth nothing from then on. @throws ApiError */
export async function signOut(csrfToken: string): Promise<void> {
  const transport = cookieTransport({ endpoint: location.origin, csrfToken: () => csrfToken });
  const response = await transport({ method: 'DELETE', path, signal: timeLimit(undefined) });
  // A session that has ended already is what was asked for.
  if (response.ok || response.status === 401) return;
  await readAnswer(response, v.unknown());
}

/** Where the browser goes to sign in with a role by the identity provider, and comes back from to `to`. */
export function singleSignOnAddress(roleArn: string, to: string): string {
  return `/console/sso/start?${new URLSearchParams({ role: roleArn, to }).toString()}`;
}

function byCookie(): Transport {
  return cookieTransport({ endpoint: location.origin, csrfToken: () => undefined });
}

async function ask<Value>(transport: Transport, request: ApiRequest, schema: Schema<Value>): Promise<Value> {
  return readAnswer(await transport({ ...request, signal: timeLimit(undefined) }), schema);
}
