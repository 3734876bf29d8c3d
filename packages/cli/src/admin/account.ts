import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printRecords, printTable } from './records.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface CreateOptions extends Options {
  readonly id?: string;
}

/** `keywitness admin account`. */
export function addAccountCommands(admin: Command): void {
  const account = admin.command('account').description('Accounts, which own keys, principals and policies.');
  addCreate(account);
  addList(account);
}

function addCreate(parent: Command): void {
  const command = parent
    .command('create')
    .summary('create an account')
    .description(
      'Creates an account, with the role AccountAdministrator that principals of the management account can assume. ' +
        'Only the management account can create others.',
    )
    .argument('<name>', 'its name')
    .option('--id <digits>', 'its number, 12 digits; one is made up otherwise')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness admin account create production
  keywitness admin account create security --id 333322221111`,
    )
    .action(async (name: string, options: CreateOptions) => {
      const client = await connect(options);
      const id = options.id === undefined ? {} : { accountId: options.id };
      await printRecords([await client.organization.createAccount({ name, ...id })], options.json);
    });
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the accounts')
    .description('Lists all accounts, by number.')
    .option('--json', 'one account a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const accounts = await Array.fromAsync(client.organization.listAccounts());
    await printTable(accounts, ['accountId', 'name', 'createdAt', 'guardrailNames'], options.json);
  });
}
