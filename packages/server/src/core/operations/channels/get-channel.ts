import type { Operation } from '../operation.ts';
import { requireChannel } from './channel-access.ts';
import { describeChannel } from './channel-records.ts';

/** `GetChannel`: its settings and the names of its secrets. */
export const getChannel: Operation = {
  name: 'GetChannel',
  action: 'channel.read',
  run: (attempt, params) => describeChannel(requireChannel(attempt, params, 'keywitness:GetChannel')),
};
