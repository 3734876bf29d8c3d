import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import type { AddressGuard } from './address-guard.ts';
import type { SendingParts } from './ports.ts';
import { failedForNow, networkReason, type SendOutcome, tooSlow } from './send-outcome.ts';

/** A receiver has so long to take a message, from the look-up of its name to the end of its answer. */
export const SEND_MS_MAX = 10_000;

const ANSWER_BYTES_MAX = 16 * 1024;
const RETRY_AFTER_MS_MAX = 3_600_000;
/** Whoever is gone is asked again after an hour, and is not forgotten: a receiver must not switch an alarm off. */
const GONE_WAIT_MS = 3_600_000;
/** These say that the message is at fault, and not the moment. */
const NEVER: ReadonlySet<number> = new Set([400, 413, 422]);
/** A word as Slack answers it; anything else may quote the request. */
const WORD = /^[a-z_]{3,40}$/;

/** A message for a URL. */
export interface HttpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer as far as it is looked at. */
interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/**
 * Posts a message to its URL, at an address that the guard has checked. Redirects are not followed, and no proxy is asked.
 * Never rejects for what the network or the receiver does.
 */
export async function sendHttp(
  message: HttpMessage,
  guard: AddressGuard,
  parts: SendingParts,
): Promise<SendOutcome> {
  const url = new URL(message.url);
  if (url.protocol !== 'https:' && !parts.allowPlainHttp) {
    return failedForNow(
      'its URL is not https; the setting `dangerously-allow-notify-plain-http` can allow it',
    );
  }
  const ending = new AbortController();
  const late = new Promise<'late'>((resolve) =>
    parts.schedule(SEND_MS_MAX, () => {
      resolve('late');
      ending.abort();
    }),
  );
  const sending = checkedPost(url, message, guard, parts, ending.signal);
  const answer = await Promise.race([sending, late]);
  if (answer === 'late') return tooSlow('the receiver', SEND_MS_MAX);
  return 'kind' in answer ? answer : outcomeOf(answer, parts.nowMs());
}

async function checkedPost(
  url: URL,
  message: HttpMessage,
  guard: AddressGuard,
  parts: SendingParts,
  signal: AbortSignal,
): Promise<Answer | SendOutcome> {
  const checked = await guard.check(url.hostname);
  if (checked.kind !== 'allowed') return failedForNow(checked.reason);
  try {
    return await post(url, message, checked.addresses, parts, signal);
  } catch (error) {
    // The network, TLS, and a receiver that does not speak HTTP reject with errors of many kinds.
    return failedForNow(networkReason(error));
  }
}

function post(
  url: URL,
  { headers, body }: HttpMessage,
  addresses: readonly string[],
  { extraCertificates }: SendingParts,
  signal: AbortSignal,
): Promise<Answer> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { 'user-agent': 'keywitness', 'content-length': String(Buffer.byteLength(body)), ...headers },
    agent: false,
    lookup: onlyThese(addresses),
    signal,
  };
  const ca =
    extraCertificates === undefined ? {} : { ca: [...getCACertificates('default'), extraCertificates] };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
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

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const stream: AsyncIterable<Buffer> = response;
  for await (const piece of stream) {
    bytes += piece.length;
    pieces.push(piece);
    // What goes on after this is of no interest; leaving the loop ends the connection.
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  const retryAfter = response.headers['retry-after'];
  return { status: response.statusCode ?? 0, retryAfter, text: Buffer.concat(pieces).toString('utf8') };
}

function outcomeOf({ status, retryAfter, text }: Answer, nowMs: number): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const word = WORD.exec(text.trim())?.[0];
  const reason = `the receiver answered ${status}${word === undefined ? '' : ` \`${word}\``}`;
  if (NEVER.has(status)) return { kind: 'failed', again: 'never', reason };
  if (status === 410) return { kind: 'failed', again: 'later', reason, waitMs: GONE_WAIT_MS };
  const waitMs = waitOf(retryAfter, nowMs);
  return { kind: 'failed', again: 'later', reason, ...(waitMs === undefined ? {} : { waitMs }) };
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), in milliseconds. */
function waitOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const waitMs = /^[0-9]{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(RETRY_AFTER_MS_MAX, Math.max(0, waitMs)) : undefined;
}
