import { type Command, Option } from 'commander';
import type { ApiClient, IncidentFilters, IncidentSummary } from '@keywitness/api';
import { printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { parseCount } from '../parse-count.ts';
import { showTime, type Zone } from '../time/index.ts';
import { sayEntity } from './say-incident.ts';

interface ListOptions extends ConnectionOptions, Omit<IncidentFilters, 'status'> {
  readonly status?: NonNullable<IncidentFilters['status']>;
  readonly all?: true;
  readonly limit: number;
  readonly utc?: true;
  readonly json?: true;
}

const limitStandard = 50;
const statuses = ['unresolved', 'open', 'acknowledged', 'resolved', 'suppressed'];
const levels = ['informational', 'low', 'medium', 'high', 'critical'];

/** `keywitness incidents list`. */
export function addIncidentList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('what was found, and is not resolved')
    .description(
      'Lists incidents, newest first: those that are open or acknowledged, unless you ask for others.',
    )
    .addOption(new Option('--status <status>', 'how far they are').choices(statuses).conflicts('all'))
    .option('--all', 'whatever their status')
    .addOption(new Option('--level <level>', 'this bad or worse').choices(levels))
    .option('--rule <rule>', 'found by this rule')
    .option('--assignee <who>', 'assigned to them')
    .option('--entity <name=value>', 'about this, such as actor.name=alice')
    .option('--limit <count>', 'at most so many incidents', parseCount, limitStandard)
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'one incident a line, as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness incidents list --level high
  keywitness incidents list --all --entity actor.name=alice`,
    )
    .action(async (options: ListOptions) => {
      const incidents = await newest(await connect(options), options);
      const zone = options.utc === true ? 'utc' : 'local';
      const rows = options.json === true ? incidents : incidents.map((incident) => rowOf(incident, zone));
      await printTable(rows, ['incidentId', 'level', 'status', 'opened', 'rule', 'about'], options.json);
    });
}

async function newest(client: ApiClient, options: ListOptions): Promise<readonly IncidentSummary[]> {
  const found: IncidentSummary[] = [];
  for await (const incident of client.incidents.list(filtersOf(options))) {
    found.push(incident);
    if (found.length < options.limit) continue;
    process.stderr.write(
      `keywitness: there may be more than ${options.limit} incidents; --limit shows more\n`,
    );
    break;
  }
  return found;
}

function filtersOf({ all, assignee, entity, level, rule, status }: ListOptions): IncidentFilters {
  return {
    ...(all === true ? {} : { status: status ?? 'unresolved' }),
    ...(level === undefined ? {} : { level }),
    ...(rule === undefined ? {} : { rule }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(entity === undefined ? {} : { entity }),
  };
}

function rowOf(incident: IncidentSummary, zone: Zone): object {
  const about = sayEntity(incident.entity);
  const opened = showTime(incident.openedAt, zone, 'seconds');
  return { ...incident, about: about === '' ? incident.summary : about, opened };
}
