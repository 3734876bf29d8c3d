import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { authorizeForChannels } from './channel-access.ts';
import { describeChannel } from './channel-records.ts';

const LIMIT_DEFAULT = 100;

/** `ListChannels`: sorted by name. */
export const listChannels: Operation = {
  name: 'ListChannels',
  action: 'channel.list',
  run(attempt, params) {
    authorizeForChannels(attempt, 'keywitness:ListChannels');
    const { channels: all } = attempt.view.peek;
    const names = [...all.values()].filter(({ deleted }) => deleted !== true).map(({ name }) => name);
    const page = pageOf(names.sort(), params, LIMIT_DEFAULT);
    const channels = page.names.flatMap((name) => {
      const record = all.get(name);
      return record === undefined ? [] : [describeChannel(record)];
    });
    return { channels, next: page.nextMarker };
  },
};
