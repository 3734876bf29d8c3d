import {
  type ChannelDetail,
  channelDetailSchema,
  channelPageSchema,
  type ChannelTest,
  channelTestSchema,
  type DeadLetters,
  deadLettersSchema,
  type NewChannel,
  queryTexts,
  type Replay,
  type Replayed,
  replayedSchema,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions } from './calls.ts';

/** Where incidents are told (`spec/notifications.md`). */
export interface ChannelClient {
  /** Makes a channel, or replaces its settings; secrets that are not named stay what they were. */
  put(name: string, channel: NewChannel, options?: CallOptions): Promise<ChannelDetail>;
  /** All of them, a page at a time. */
  list(options?: CallOptions): AsyncGenerator<ChannelDetail>;
  get(name: string, options?: CallOptions): Promise<ChannelDetail>;
  delete(name: string, options?: CallOptions): Promise<ChannelDetail>;
  disable(name: string, options?: CallOptions): Promise<ChannelDetail>;
  enable(name: string, options?: CallOptions): Promise<ChannelDetail>;
  /** Sends a test message, and tells how that went. */
  test(name: string, options?: CallOptions): Promise<ChannelTest>;
  deadLetters(name: string, options?: CallOptions): Promise<DeadLetters>;
  replay(name: string, replay: Replay, options?: CallOptions): Promise<Replayed>;
}

/** Makes the part of a client that is about channels. */
export function channelClient(ask: Ask): ChannelClient {
  const base = ['v1', 'channels'];
  return {
    put: (name, body, options) =>
      ask({ method: 'PUT', path: [...base, name], body }, channelDetailSchema, options),
    list(options) {
      return allItems(
        (page) => ask({ method: 'GET', path: base, query: queryTexts(page) }, channelPageSchema, options),
        ({ channels }) => channels,
      );
    },
    get: (name, options) => ask({ method: 'GET', path: [...base, name] }, channelDetailSchema, options),
    delete: (name, options) => ask({ method: 'DELETE', path: [...base, name] }, channelDetailSchema, options),
    disable: (name, options) =>
      ask({ method: 'POST', path: [...base, name, 'disable'] }, channelDetailSchema, options),
    enable: (name, options) =>
      ask({ method: 'POST', path: [...base, name, 'enable'] }, channelDetailSchema, options),
    test: (name, options) =>
      ask({ method: 'POST', path: [...base, name, 'test'] }, channelTestSchema, options),
    deadLetters: (name, options) =>
      ask({ method: 'GET', path: [...base, name, 'dead-letters'] }, deadLettersSchema, options),
    replay: (name, body, options) =>
      ask({ method: 'POST', path: [...base, name, 'dead-letters', 'replay'], body }, replayedSchema, options),
  };
}
