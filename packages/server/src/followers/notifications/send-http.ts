import { type AddressGuard, guardedPost, type OutboundPost } from '../outbound/index.ts';
import type { SendingParts } from './ports.ts';
import { RETRY_WAIT_MS_MAX } from './retry-schedule.ts';
import { failedForNow, type SendOutcome } from './send-outcome.ts';

/** Whoever is gone is asked again after an hour, and is not forgotten: a receiver must not switch an alarm off. */
const GONE_WAIT_MS = 3_600_000;
/** These say that the message is at fault, and not the moment. */
const NEVER: ReadonlySet<number> = new Set([400, 413, 422]);
/** A word as Slack answers it; anything else may quote the request. */
const WORD = /^[a-z_]{3,40}$/;

/** An answer as far as it is looked at. */
interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Posts a message, and says what came of it. Never rejects for what the network or the receiver does. */
export async function sendHttp(
  message: OutboundPost,
  guard: AddressGuard,
  parts: SendingParts,
): Promise<SendOutcome> {
  const posted = await guardedPost(message, guard, parts);
  if (posted.kind === 'failed') return failedForNow(posted.reason);
  const { headers, status, text } = posted;
  return outcomeOf({ status, text, retryAfter: headers['retry-after'] }, parts.nowMs());
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
  return Number.isFinite(waitMs) ? Math.min(RETRY_WAIT_MS_MAX, Math.max(0, waitMs)) : undefined;
}
