import {
  type ApiCredentials,
  type ApiRequest,
  type ConsoleSession,
  consoleSessionSchema,
  type ConsoleSignIn,
  consoleSignInSchema,
  cookieTransport,
  readAnswer,
  type Schema,
  signedTransport,
  type Transport,
} from '@keywitness/api';
import * as v from 'valibot';
import { timeLimit } from './time-limit.ts';

const path = ['console', 'session'];

/** The session of this browser; `undefined` when there is none. @throws ApiError */
export async function readSession(): Promise<ConsoleSession | undefined> {
  const response = await byCookie()({ method: 'GET', path, signal: timeLimit(undefined) });
  // Nobody has signed in, or not any more.
  if (response.status === 204 || response.status === 401) return undefined;
  return readAnswer(response, consoleSessionSchema);
}

/** How people can sign in. @throws ApiError */
export function readSignIn(): Promise<ConsoleSignIn> {
  return ask(byCookie(), { method: 'GET', path: ['console', 'sso'] }, consoleSignInSchema);
}

/** Signs one request with an access key, whose secret stays in this page, and gets a session for it. @throws ApiError */
export function signIn(credentials: ApiCredentials, region: string): Promise<ConsoleSession> {
  const transport = signedTransport({
    endpoint: location.origin,
    region,
    credentials: async () => credentials,
    fetch: (input, init) => fetch(input, init),
  });
  return ask(transport, { method: 'POST', path }, consoleSessionSchema);
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
