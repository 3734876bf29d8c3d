import type { EventTailQuery } from '@keywitness/api';
import { LedgerError } from '../../core/audit/index.ts';
import { proofEndMs, tailEvents } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { answer, errorAnswer, errorText } from './answers.ts';
import { signedActor } from './authenticate.ts';
import type { Granted } from './endpoint.ts';
import { indexFilters } from './event-filters.ts';
import { type TailForm, tailFormOf } from './tail-form.ts';
import { unrecordable } from './unrecordable.ts';

/** Streams that one thread serves at a time. */
const STREAMS_MAX = 64;
/** A stream with nothing to say says so this often. */
const HEARTBEAT_MS = 15_000;
/** How long a permission lasts while nothing about the caller changes; then it is asked for again, on the record. */
const PERMISSION_MS = 60_000;
/** How long the index is waited for before anything else is looked after, such as that nobody listens any more. */
const WAIT_MS = 1000;
/** On a busy log, how long events gather before the index is asked again. */
const GATHER_MS = 50;
const PAGE_EVENTS = 100;

/** Streams that are open, for each front. */
const streams = new WeakMap<object, number>();

/** Matching events as they are committed: JSON lines, or server-sent events. */
export async function answerTail(query: EventTailQuery, granted: Granted): Promise<HttpAnswer> {
  const open = streams.get(granted.front) ?? 0;
  if (open >= STREAMS_MAX) return throttled(granted);
  streams.set(granted.front, open + 1);
  const form = tailFormOf(granted.rawHeaders);
  return answer(granted.origin, 200, form.contentType, tailStream(query, granted, form));
}

/** It was permitted, and recorded as that; that it was not begun is recorded as well. */
async function throttled({ front, attempt, caller }: Granted): Promise<HttpAnswer> {
  const refusal = { code: 'Throttled', message: `there are \`${STREAMS_MAX}\` streams already` };
  const recorded = await front.service.refuse(attempt, {
    ...refusal,
    outcome: 'throttled',
    action: tailEvents.action,
    actor: signedActor(caller),
  });
  return errorAnswer({ requestId: attempt.requestId, recorded }, 429, refusal);
}

/**
 * The stream. An object around the generator, because a generator that nobody has asked for anything does not notice
 * that it is given up, and one that waits notices only afterwards.
 */
function tailStream(query: EventTailQuery, granted: Granted, form: TailForm): AsyncIterable<string> {
  const gone = new AbortController();
  const lines = tailLines(query, granted, form, gone.signal);
  const release = (): void => {
    if (gone.signal.aborted) return;
    gone.abort();
    streams.set(granted.front, (streams.get(granted.front) ?? 1) - 1);
  };
  const iterator = {
    async next(): Promise<IteratorResult<string>> {
      try {
        const line = await lines.next();
        if (line.done === true) release();
        return line;
      } catch (error) {
        release();
        throw error;
      }
    },
    async return(): Promise<IteratorResult<string>> {
      release();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

async function* tailLines(
  query: EventTailQuery,
  granted: Granted,
  form: TailForm,
  gone: AbortSignal,
): AsyncGenerator<string, undefined> {
  const { index, monotonicMs, schedule, service } = granted.front;
  const endMs = proofEndMs(granted.caller, granted.attempt);
  const filters = { ...indexFilters(query), order: 'oldest', limit: PAGE_EVENTS } as const;
  let beyond = query.after ?? granted.recorded.index;
  let permittedMs = monotonicMs();
  let standing = granted.standing;
  let spokenMs = monotonicMs();
  yield form.heartbeat;
  while (!gone.aborted) {
    const page = await index.query({ ...filters, beyond });
    // After the look-up, so that nothing is shown of what came after a change that has arrived here (G5).
    const standingNow = service.standing;
    const isOld = monotonicMs() - permittedMs >= PERMISSION_MS || service.nowMs() > endMs;
    if (isOld || standing !== standingNow) {
      const refusal = await askAgain(granted);
      if (refusal !== undefined) {
        yield form.refusal(refusal);
        return;
      }
      permittedMs = monotonicMs();
      standing = standingNow;
    }
    for (const entry of page.entries) yield form.event(entry);
    if (page.entries.length > 0) spokenMs = monotonicMs();
    beyond = page.next ?? Math.max(beyond, page.size - 1);
    if (page.next !== undefined) continue;
    if (monotonicMs() - spokenMs >= HEARTBEAT_MS) {
      yield form.heartbeat;
      spokenMs = monotonicMs();
    }
    await index.waitBeyond(page.size, WAIT_MS);
    await new Promise<void>((resolve) => schedule(GATHER_MS, resolve));
  }
}

/** Asks for the permission again; answers the error that ends the stream when it is gone. */
async function askAgain({ front, attempt, caller, params }: Granted): Promise<string | undefined> {
  const again = { ...attempt, startedMs: front.monotonicMs() };
  try {
    const performed = await front.service.perform(tailEvents, again, caller, params);
    return performed.kind === 'released' ? undefined : errorText(attempt.requestId, performed.error);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return errorText(attempt.requestId, unrecordable(error));
  }
}
