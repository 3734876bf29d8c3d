import type { Command } from 'commander';
import type { PrincipalConsequences } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { parseCount } from '../parse-count.ts';

interface Options extends ConnectionOptions {
  readonly days?: number;
  readonly json?: true;
}

/** `keywitness admin principal consequences`. */
export function addPrincipalConsequences(parent: Command): void {
  const command = parent
    .command('consequences')
    .summary('what would end if a principal was disabled')
    .description(
      'Shows the keys that a principal used lately, the sessions and grants that it holds, and the keys whose policy nobody ' +
        'else could change. It takes the permission keywitness:GetPrincipalConsequences.',
    )
    .argument('<name>', 'its name')
    .option('--days <days>', 'how far to look back (90)', parseCount)
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    const query = options.days === undefined ? {} : { days: options.days };
    const told = await client.getPrincipalConsequences(name, query);
    await printLines(options.json === true ? [JSON.stringify(told)] : describe(told).map(visible));
  });
}

function describe(told: PrincipalConsequences): readonly string[] {
  const { credentials, days, grantCount, isComplete, keys, lastAdministratorOf, sessions } = told;
  const enabled = credentials.filter(({ disabled }) => !disabled).length;
  return [
    `${told.arn} ${told.disabled ? 'is disabled' : 'is enabled'}, and was last seen ${told.lastUsedAt ?? 'never'}`,
    `holds ${enabled} access keys, ${told.certificateCount} certificates, ${sessions.length} sessions, ${grantCount} grants`,
    `used ${isComplete ? '' : 'at least '}${keys.length} keys in ${days} days`,
    ...keys.map(({ arn, count, lastAt }) => `  ${arn}  ${count} uses, last ${lastAt}`),
    ...sessions.map(({ accessKeyId, expiresAt, principalArn }) => {
      return `session ${accessKeyId} as ${principalArn} until ${expiresAt}`;
    }),
    ...lastAdministratorOf.map((arn) => `nobody else could change the policy of ${arn}`),
    ...(told.administratorsComplete ? [] : ['not all keys were looked at for that']),
  ];
}
