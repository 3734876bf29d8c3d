import type { Operation } from '../operation.ts';
import { requireChannel } from './channel-access.ts';
import { changedNow, writeChannel } from './channel-records.ts';

/** `EnableChannel`: incidents are told there again, from now on. */
export const enableChannel: Operation = {
  name: 'EnableChannel',
  action: 'channel.enable',
  run(attempt, params) {
    const known = requireChannel(attempt, params, 'keywitness:EnableChannel');
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: false } };
    const sinceIndex = known.disabled ? attempt.view.revision : known.sinceIndex;
    return writeChannel(attempt, { ...known, ...changedNow(attempt), disabled: false, sinceIndex });
  },
};
