import type { ChannelMessages, DeadLetter, TestOutcome } from '../../core/operations/index.ts';
import type { ServiceNumbers } from '../../fronts/admin/index.ts';
import type { Channel, Methods } from './channel.ts';

/** What the response thread knows of the service's condition. */
export type ResponseNumbers = Pick<ServiceNumbers, 'channels' | 'followers' | 'storeBytes'>;

/** The methods that the response thread answers front threads with. */
export function messageMethods(messages: ChannelMessages, numbers: () => ResponseNumbers): Methods {
  return {
    numbers,
    test: (name) => messages.test(String(name)),
    deadLetters: (name) => messages.deadLetters(String(name)),
    replay(argument) {
      if (!isReplay(argument)) throw new TypeError('a replay names a channel and dead letters');
      return messages.replay(argument.channelName, argument.ids);
    },
  };
}

/** The other end of {@link messageMethods}. */
export function messageClient(channel: Channel): ChannelMessages {
  return {
    test: (channelName) => answered<TestOutcome>(channel.call('test', channelName)),
    deadLetters: (channelName) => answered<readonly DeadLetter[]>(channel.call('deadLetters', channelName)),
    replay: (channelName, ids) => answered<number>(channel.call('replay', { channelName, ids })),
  };
}

/** The same end, for the numbers. */
export function numbersClient(channel: Channel): () => Promise<ResponseNumbers> {
  return () => answered<ResponseNumbers>(channel.call('numbers', null));
}

interface Replay {
  readonly channelName: string;
  readonly ids: readonly string[];
}

function isReplay(value: unknown): value is Replay {
  return typeof value === 'object' && value !== null && 'channelName' in value && 'ids' in value;
}

async function answered<Value>(reply: Promise<unknown>): Promise<Value> {
  const value = await reply;
  if (isSentByUs<Value>(value)) return value;
  throw new TypeError('the other thread gave no answer');
}

/** Both ends of the channel are written in this file, so answers have the type that the methods give. */
function isSentByUs<Value>(_value: unknown): _value is Value {
  return true;
}
