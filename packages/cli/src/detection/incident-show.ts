import type { Command } from 'commander';
import { type ApiClient, ApiError, type EventDetail, type IncidentDetail } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { describeIncident } from './describe-incident.ts';

interface ShowOptions extends ConnectionOptions {
  readonly utc?: true;
  readonly json?: true;
}

/** `keywitness incidents show`. */
export function addIncidentShow(parent: Command): void {
  const command = parent
    .command('show')
    .summary('what happened, who it was, and what to do next')
    .description(
      'Shows one incident: what happened, who, from where, on which keys and since when; the events that it rests on; ' +
        'what was done and said; and the commands for what is next. Nothing is changed by it.',
    )
    .argument('<incident>', 'id of an incident')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'the incident as JSON, without its events');
  withConnectionOptions(command).action(async (id: string, options: ShowOptions) => {
    const client = await connect(options);
    const incident = await client.incidents.get(id);
    if (options.json === true) return printLines([JSON.stringify(incident)]);
    const zone = options.utc === true ? 'utc' : 'local';
    const evidence = await fetchEvidence(client, incident);
    await printLines(describeIncident(incident, evidence, zone).map(visible));
  });
}

/** The events of an incident, as far as the caller may read them; or why not. */
async function fetchEvidence(
  client: ApiClient,
  { events }: IncidentDetail,
): Promise<{ readonly events: readonly EventDetail[]; readonly missing?: string }> {
  const settled = await Promise.allSettled(events.map(({ eventId }) => client.getEvent(eventId)));
  const found = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed === undefined) return { events: found };
  const reason: unknown = failed.reason;
  if (!(reason instanceof ApiError)) throw reason;
  return { events: found, missing: reason.message };
}
