import type { StatusCounts } from '@keywitness/api';
import type { Operation } from '../operation.ts';
import { authorizeReading } from '../record-access.ts';
import type { Replica } from '../replica.ts';

/**
 * `GetStatus`: how the service is. What the state knows of it is counted here, over all accounts; whoever answers adds what
 * the threads know.
 */
export const getStatus: Operation = {
  name: 'GetStatus',
  action: 'status.read',
  run(attempt) {
    authorizeReading(attempt, 'keywitness:GetStatus');
    return { channels: channelsOf(attempt.state), counts: countsOf(attempt.state) };
  },
};

function countsOf(state: Replica): StatusCounts {
  const principals = [...state.principals.values()];
  const roles = principals.filter(({ record }) => record.type === 'role').length;
  const incidents = { open: 0, acknowledged: 0, resolved: 0, suppressed: 0 };
  for (const { status } of state.incidents.values()) incidents[status] += 1;
  return {
    accounts: state.accounts.size,
    aliases: state.aliases.size,
    credentials: state.credentials.size,
    grants: state.grants.size,
    keys: state.keyNames.count,
    openIncidents: incidents.open,
    acknowledgedIncidents: incidents.acknowledged,
    principals: principals.length - roles,
    roles,
  };
}

function channelsOf(state: Replica): readonly object[] {
  return [...state.channels.values()]
    .filter(({ deleted }) => deleted !== true)
    .map(({ disabled, name, type }) => ({ name, type, disabled }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
