import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printTable } from './records.ts';

interface ListOptions extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness admin credential list`. */
export function addCredentialListCommand(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the access keys')
    .description('Lists the access keys of all principals, without their secrets.')
    .option('--json', 'one access key a line, as JSON');
  withConnectionOptions(command).action(async (options: ListOptions) => {
    const client = await connect(options);
    const credentials = await Array.fromAsync(client.listCredentials());
    await printTable(
      credentials,
      ['accessKeyId', 'disabled', 'createdAt', 'lastUsedAt', 'principalArn'],
      options.json,
    );
  });
}
