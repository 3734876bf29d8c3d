import type { Command } from 'commander';
import type { KeyConsequences } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { parseCount } from '../parse-count.ts';

interface Options extends ConnectionOptions {
  readonly days?: number;
  readonly json?: true;
}

/** `keywitness keys consequences`. */
export function addKeyConsequences(parent: Command): void {
  const command = parent
    .command('consequences')
    .summary('who would feel it if a key was disabled or deleted')
    .description(
      'Shows who used a key lately, how often and when last, and what else hangs on it: aliases, grants, keys of the same ' +
        'id in other Regions. It takes the permission keywitness:GetKeyConsequences.',
    )
    .argument('<key>', 'its id or ARN')
    .option('--days <days>', 'how far to look back (90)', parseCount)
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (key: string, options: Options) => {
    const client = await connect(options);
    const told = await client.keys.consequences(
      key,
      options.days === undefined ? {} : { days: options.days },
    );
    await printLines(options.json === true ? [JSON.stringify(told)] : describe(told).map(visible));
  });
}

function describe(told: KeyConsequences): readonly string[] {
  const { aliases, arn, assetCount, days, grantCount, isComplete, principals, relatedKeys, uses } = told;
  return [
    `${arn} is ${told.state}, and was last used ${told.lastUsedAt ?? 'never'}`,
    `${isComplete ? '' : 'at least '}${uses} uses of ${assetCount} assets in ${days} days`,
    ...principals.map(({ count, lastAt, principal }) => `  ${principal}  ${count} uses, last ${lastAt}`),
    ...(aliases.length === 0 ? [] : [`aliases: ${aliases.join(', ')}`]),
    ...(grantCount === 0 ? [] : [`grants: ${grantCount}`]),
    ...(relatedKeys.length === 0 ? [] : [`in other Regions: ${relatedKeys.join(', ')}`]),
  ];
}
