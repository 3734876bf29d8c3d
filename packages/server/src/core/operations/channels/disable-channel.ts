import type { Operation } from '../operation.ts';
import { requireChannel } from './channel-access.ts';
import { changedNow, formerOf, writeChannel } from './channel-records.ts';

/** `DisableChannel`: nothing is told there but that it was disabled, until it is enabled again. */
export const disableChannel: Operation = {
  name: 'DisableChannel',
  action: 'channel.disable',
  run(attempt, params) {
    const known = requireChannel(attempt, params, 'keywitness:DisableChannel');
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: true } };
    const former = formerOf(attempt, known, 'disabled');
    return writeChannel(attempt, { ...known, ...changedNow(attempt), ...former, disabled: true });
  },
};
