import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import { requireChannel } from './channel-access.ts';

const IDS_MAX = 100;

/** `TestChannel`: that somebody wants a test message sent. It is sent once this is recorded. */
export const testChannel: Operation = {
  name: 'TestChannel',
  action: 'channel.test',
  run(attempt, params) {
    requireChannel(attempt, params, 'keywitness:TestChannel');
    return {};
  },
};

/** `ListDeadLetters`: what could not be delivered to a channel. It is looked up once this is recorded. */
export const listDeadLetters: Operation = {
  name: 'ListDeadLetters',
  action: 'channel.dead-letters',
  run(attempt, params) {
    requireChannel(attempt, params, 'keywitness:ListDeadLetters');
    return {};
  },
};

/** `ReplayDeadLetters`: that dead letters, all or those of some ids, are to be sent again, once this is recorded. */
export const replayDeadLetters: Operation = {
  name: 'ReplayDeadLetters',
  action: 'channel.replay',
  run(attempt, params) {
    const ids = params.texts('ids').slice(0, IDS_MAX).map(clip);
    attempt.note.parameters = ids.length === 0 ? {} : { ids };
    requireChannel(attempt, params, 'keywitness:ReplayDeadLetters');
    return {};
  },
};
