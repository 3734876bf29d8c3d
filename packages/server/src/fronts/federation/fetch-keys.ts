import { type IssuerKey, readIssuerKey } from './issuer-key.ts';
import type { FederationLimits } from './limits.ts';
import { type Members, parseObject } from './strict-json.ts';

/** What fetching needs. */
export interface IssuerAccess {
  readonly fetch: typeof fetch;
  readonly limits: FederationLimits;
  /** For tests and development: `http` URLs are accepted when they lead to this machine. */
  readonly allowLoopbackHttp: boolean;
}

/** Keys, or what is wrong with the issuer, in words of ours. */
export type FetchedKeys =
  | { readonly kind: 'keys'; readonly keys: readonly IssuerKey[] }
  | { readonly kind: 'failed'; readonly reason: string };

const keysMax = 100;
const urlCharactersMax = 2048;
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Finds the issuer's keys as OpenID Connect Discovery 1.0, section 4, says. Redirects are not followed: who may answer
 * for an issuer is the issuer's host, and where the keys are is what its document says.
 */
export async function fetchKeys(issuer: string, access: IssuerAccess): Promise<FetchedKeys> {
  // One limit for both documents, so that a slow issuer holds up callers no longer than this.
  const signal = AbortSignal.timeout(access.limits.fetchMsMax);
  if (!isAcceptable(issuer, access)) return failed('its URL is not an https URL');
  const location = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = await fetchObject(location, access, signal);
  if (typeof discovery === 'string') return failed(`its discovery document ${discovery}`);
  if (discovery['issuer'] !== issuer) return failed('its discovery document names another issuer');
  const keysUrl = discovery['jwks_uri'];
  const isSafeHttp = issuer.startsWith('http:');
  if (typeof keysUrl !== 'string' || !isAcceptable(keysUrl, { ...access, allowLoopbackHttp: isSafeHttp })) {
    return failed('its discovery document has no https URL of keys');
  }
  const keySet = await fetchObject(keysUrl, access, signal);
  if (typeof keySet === 'string') return failed(`its key set ${keySet}`);
  const members = keySet['keys'];
  if (!Array.isArray(members) || members.length > keysMax) {
    return failed(`its key set is not a list of at most ${keysMax} keys`);
  }
  return { kind: 'keys', keys: members.flatMap((member) => readIssuerKey(member) ?? []) };
}

function failed(reason: string): FetchedKeys {
  return { kind: 'failed', reason };
}

function isAcceptable(text: string, { allowLoopbackHttp }: Pick<IssuerAccess, 'allowLoopbackHttp'>): boolean {
  if (text.length > urlCharactersMax || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && allowLoopbackHttp && loopbackHosts.has(hostname));
}

/** A JSON object, or what is wrong with the answer. */
async function fetchObject(
  url: string,
  { fetch: send, limits }: IssuerAccess,
  signal: AbortSignal,
): Promise<Members | string> {
  try {
    const headers = { accept: 'application/json' };
    const response = await send(url, { headers, redirect: 'error', signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      return `was answered with status ${response.status}`;
    }
    const bytes = await readBody(response, limits.documentBytesMax);
    if (bytes === undefined) return 'is too long';
    return parseObject(bytes) ?? 'is not a JSON object with distinct members';
  } catch {
    // Whatever the network has to say is about hosts behind this service, and is not for callers.
    return signal.aborted ? 'did not come in time' : 'could not be fetched';
  }
}

/** `undefined` when it is longer than allowed; then the rest is left unread. */
async function readBody(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece: { readonly value?: Uint8Array } | undefined = await reader?.read();
    if (piece?.value === undefined) return Buffer.concat(pieces);
    length += piece.value.length;
    pieces.push(piece.value);
    if (length > bytesMax) {
      await reader?.cancel();
      return undefined;
    }
  }
}
