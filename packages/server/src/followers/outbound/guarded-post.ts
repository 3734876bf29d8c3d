import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import type { Schedule } from '../../core/operations/index.ts';
import type { AddressGuard } from './address-guard.ts';
import { networkReason } from './network-reason.ts';

/** A message for a URL. */
export interface OutboundPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of a message: an answer, of whatever status, or why there is none, without the URL and any secret. */
export type Posted =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** The beginning of it. */
      readonly text: string;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** How messages leave. */
export interface OutboundParts {
  readonly schedule: Schedule;
  /** Whether URLs may be http. */
  readonly allowPlainHttp: boolean;
  /** Further CA certificates in PEM, for receivers of an organization's own. */
  readonly extraCertificates?: string;
}

/** A receiver has so long to take a message, from the look-up of its name to the end of its answer. */
export const POST_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 16 * 1024;

/**
 * Posts a message to its URL, at an address that the guard has checked. Redirects are not followed, and no proxy is asked.
 * Never rejects for what the network or the receiver does.
 */
export async function guardedPost(
  message: OutboundPost,
  guard: AddressGuard,
  parts: OutboundParts,
): Promise<Posted> {
  const url = new URL(message.url);
  if (url.protocol !== 'https:' && !parts.allowPlainHttp) {
    const reason = 'its URL is not https; the setting `dangerously-allow-notify-plain-http` can allow it';
    return { kind: 'failed', reason };
  }
  const ending = new AbortController();
  const late = new Promise<'late'>((resolve) =>
    parts.schedule(POST_MS_MAX, () => {
      resolve('late');
      ending.abort();
    }),
  );
  const posting = checkedPost(url, message, guard, parts, ending.signal);
  const posted = await Promise.race([posting, late]);
  if (posted !== 'late') return posted;
  return { kind: 'failed', reason: `the receiver did not answer within ${POST_MS_MAX / 1000} seconds` };
}

async function checkedPost(
  url: URL,
  message: OutboundPost,
  guard: AddressGuard,
  parts: OutboundParts,
  signal: AbortSignal,
): Promise<Posted> {
  const checked = await guard.check(url.hostname);
  if (checked.kind !== 'allowed') return { kind: 'failed', reason: checked.reason };
  try {
    return await post(url, message, checked.addresses, parts, signal);
  } catch (error) {
    // The network, TLS, and a receiver that does not speak HTTP reject with errors of many kinds.
    return { kind: 'failed', reason: networkReason(error) };
  }
}

function post(
  url: URL,
  { headers, body }: OutboundPost,
  addresses: readonly string[],
  { extraCertificates }: OutboundParts,
  signal: AbortSignal,
): Promise<Posted> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { 'user-agent': 'keywitness', 'content-length': String(Buffer.byteLength(body)), ...headers },
    agent: false,
    lookup: onlyThese(addresses),
    signal,
  };
  const ca =
    extraCertificates === undefined ? {} : { ca: [...getCACertificates('default'), extraCertificates] };
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const onAnswer = (response: IncomingMessage): void => {
    readAnswer(response).then(resolve, reject);
  };
  const request =
    url.protocol === 'https:'
      ? requestTls(url, { ...options, ...ca }, onAnswer)
      : requestPlain(url, options, onAnswer);
  request.on('error', reject);
  request.end(body);
  return promise;
}

/** Answers every look-up with the addresses that were checked, so that nobody is asked a second time. */
function onlyThese(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, callback) => {
    const [first] = found;
    if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function readAnswer(response: IncomingMessage): Promise<Posted> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const stream: AsyncIterable<Buffer> = response;
  for await (const piece of stream) {
    bytes += piece.length;
    pieces.push(piece);
    // What goes on after this is of no interest; leaving the loop ends the connection.
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  const text = Buffer.concat(pieces).toString('utf8');
  return { kind: 'answered', status: response.statusCode ?? 0, headers: textsOf(response), text };
}

/** Headers that came several times have their values with commas between them, as Node joins them. */
function textsOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') texts[name] = value;
  return texts;
}
