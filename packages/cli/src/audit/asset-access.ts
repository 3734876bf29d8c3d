import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines } from '../terminal/index.ts';
import { zoneName } from '../time/index.ts';
import { type AssetOption, parseAsset } from './filters.ts';
import { parseCount, printTable, timeCell, warnOfScan } from './overview-options.ts';
import { type WindowOptions, windowOf, withWindowOptions } from './window.ts';

interface AccessOptions extends WindowOptions, ConnectionOptions {
  readonly scan: number;
  readonly utc?: true;
  readonly json?: true;
}

const scanStandard = 10_000;

/** `keywitness audit access`. */
export function addAssetAccessCommand(parent: Command): void {
  const command = parent
    .command('access')
    .summary('who accessed an asset, and how closely')
    .description(
      'Says who accessed an asset: directly, and after what they held a key or a text that can be used without an event. ' +
        'An overview without a proof; audit list --prove has one.',
    )
    .argument('<asset>', 'a pair of the encryption context, such as customer=4711', parseAsset);
  withConnectionOptions(
    withWindowOptions(command)
      .option('--scan <count>', 'look at the newest so many events', parseCount, scanStandard)
      .option('--utc', 'show and read times in UTC, not in local time')
      .option('--json', 'the answer as JSON'),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit access customer=4711
  keywitness audit access customer=4711 --since 30d`,
    )
    .action(access);
}

async function access(asset: AssetOption, options: AccessOptions): Promise<void> {
  const zone = options.utc === true ? 'utc' : 'local';
  const client = await connect(options);
  const window = windowOf(options, zone, Date.now());
  const answer = await client.record.assetAccess({ asset, ...window, scan: options.scan });
  if (options.json === true) return printLines([JSON.stringify(answer)]);
  const zoned = zoneName(zone);
  const rows = answer.groups.map(({ principal = '', count, firstAt, grade, lastAt, lease, outcome }) => [
    principal,
    lease ? `${grade}, lease` : grade,
    outcome,
    String(count),
    timeCell(firstAt, zone),
    timeCell(lastAt, zone),
  ]);
  await printTable(['WHO', 'GRADE', 'OUTCOME', 'COUNT', `FIRST (${zoned})`, `LAST (${zoned})`], rows);
  if (answer.leasesBefore > 0) {
    const line = `${answer.leasesBefore} events before the window released what can be used in it without an event`;
    await printLines([line]);
  }
  warnOfScan(answer);
}
