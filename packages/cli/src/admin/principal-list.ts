import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printTable } from './records.ts';

interface ListOptions extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness admin principal list`. */
export function addPrincipalListCommand(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the principals')
    .description('Lists all principals, by name.')
    .option('--json', 'one principal a line, as JSON');
  withConnectionOptions(command).action(async (options: ListOptions) => {
    const client = await connect(options);
    const principals = await Array.fromAsync(client.listPrincipals());
    await printTable(
      principals,
      ['name', 'type', 'disabled', 'createdAt', 'lastUsedAt', 'policyNames', 'arn'],
      options.json,
    );
  });
}
