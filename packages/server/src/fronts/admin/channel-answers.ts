import type { ChannelMessages } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { errorAnswer, resultAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';

interface ChannelPath {
  readonly channelName: string;
}

/** Sends a test message, now that it is on the record that somebody asked for it. */
export function answerTest({ channelName }: ChannelPath, granted: Granted): Promise<HttpAnswer> {
  return withMessages(granted, async (messages) => {
    const { kind: outcome, ...rest } = await messages.test(channelName);
    return { outcome, ...rest };
  });
}

/** What could not be delivered. */
export function answerDeadLetters({ channelName }: ChannelPath, granted: Granted): Promise<HttpAnswer> {
  return withMessages(granted, async (messages) => {
    const letters = await messages.deadLetters(channelName);
    return {
      deadLetters: letters.map(({ failedAtMs, ...letter }) => ({
        ...letter,
        failedAt: new Date(failedAtMs).toISOString(),
      })),
    };
  });
}

/** Sends again what could not be delivered. */
export function answerReplay(
  { channelName, ids = [] }: ChannelPath & { readonly ids?: readonly string[] },
  granted: Granted,
): Promise<HttpAnswer> {
  return withMessages(granted, async (messages) => ({ replayed: await messages.replay(channelName, ids) }));
}

async function withMessages(
  { front, origin }: Granted,
  ask: (messages: ChannelMessages) => Promise<Readonly<Record<string, unknown>>>,
): Promise<HttpAnswer> {
  if (front.messages !== undefined) return resultAnswer(origin, await ask(front.messages));
  const message = 'nothing sends messages to channels here';
  return errorAnswer(origin, 503, { code: 'Unavailable', message });
}
