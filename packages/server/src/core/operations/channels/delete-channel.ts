import type { Operation } from '../operation.ts';
import { requireChannel } from './channel-access.ts';
import { changedNow, describeChannel, formerOf, notedChannel } from './channel-records.ts';

/** `DeleteChannel`: nothing is told there any more but that it was deleted; after that its secrets are gone. */
export const deleteChannel: Operation = {
  name: 'DeleteChannel',
  action: 'channel.delete',
  run(attempt, params) {
    const known = requireChannel(attempt, params, 'keywitness:DeleteChannel');
    attempt.note.change = { before: notedChannel(known) };
    const former = formerOf(attempt, known, 'deleted');
    const subject = `channel:${known.name}`;
    if (former.former === undefined) attempt.write(subject, null);
    else {
      const gone = { disabled: true, deleted: true, sealedSecrets: '', secretNames: [] };
      attempt.write(subject, { ...known, ...changedNow(attempt), ...former, ...gone });
    }
    return describeChannel(known);
  },
};
