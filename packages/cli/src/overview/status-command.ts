import type { ServiceStatus } from '@keywitness/api';
import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

const titleColumns = 12;
const mibBytes = 1_048_576;

/** `keywitness status`. */
export function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .summary('how the service is')
    .description(
      'Shows how the service is: the log and its checkpoint, witnesses, followers, channels, disk, and what there is.',
    )
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const status = await client.service.status();
    const lines = options.json === true ? [JSON.stringify(status)] : describeStatus(status).map(visible);
    await printLines(lines);
  });
}

function describeStatus(status: ServiceStatus): readonly string[] {
  const { accountId, counts, disk, followers, log, regions, store, version } = status;
  return [
    line('service', `${status.state}, version ${version}, up ${uptime(status.uptimeSeconds)}`),
    line('account', `${accountId}, ${regions.join(', ')}`),
    line('log', `${log.origin}, ${log.size} events, ${log.publishedSize} published`),
    line('checkpoint', log.checkpointAt === undefined ? 'none yet' : `${log.checkpointAt}${age(status)}`),
    line('witnesses', witnessText(status)),
    ...followers.map(({ lag, name }) =>
      line('follower', `${name}: ${lag === 0 ? 'up to date' : `${lag} behind`}`),
    ),
    ...status.channels.map((channel) => line('channel', channelText(channel))),
    line('disk', `${mib(disk.freeBytes)} MiB free, ${mib(disk.reserveBytes)} MiB kept for refusals`),
    line('store', `${store.type}, ${mib(store.bytes)} MiB`),
    line('contents', `${counts.keys} keys, ${counts.principals} principals, ${counts.roles} roles`),
    line('incidents', `${counts.openIncidents} open, ${counts.acknowledgedIncidents} acknowledged`),
  ];
}

function line(title: string, text: string): string {
  return `${title.padEnd(titleColumns)}${text}`;
}

function age({ log }: ServiceStatus): string {
  return log.checkpointAgeSeconds === undefined ? '' : ` (${log.checkpointAgeSeconds} s ago)`;
}

function witnessText({ witnesses }: ServiceStatus): string {
  if (witnesses.quorum === undefined) return 'none';
  const cosigned = witnesses.witnesses.filter(({ hasCosigned }) => hasCosigned).map(({ name }) => name);
  const by = cosigned.length === 0 ? 'nobody' : cosigned.join(', ');
  return `${witnesses.quorum}: ${witnesses.quorumMet ? 'met' : 'missing'}; cosigned by ${by}`;
}

function channelText(channel: ServiceStatus['channels'][number]): string {
  const { deadLetters, disabled, failures, name, type, waiting } = channel;
  const condition = disabled ? 'disabled' : failures > 0 ? `${failures} failures on end` : 'working';
  return `${name} (${type}): ${condition}, ${waiting} waiting, ${deadLetters} dead letters`;
}

function mib(bytes: number): number {
  return Math.round(bytes / mibBytes);
}

function uptime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}
