import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printRecords } from './records.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness admin organization`. */
export function addOrganizationCommands(admin: Command): void {
  const organization = admin.command('organization').description('What all accounts have in common.');
  addShow(organization);
  addSetAuditAccount(organization);
}

function addShow(parent: Command): void {
  const command = parent
    .command('show')
    .summary('show who manages the accounts and who owns the record')
    .description(
      'Shows which account manages the others, which one owns the record, and the guardrails over all of them.',
    )
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    await printRecords([await client.organization.get()], options.json);
  });
}

function addSetAuditAccount(parent: Command): void {
  const command = parent
    .command('set-audit-account')
    .summary('let another account own the record')
    .description(
      'Sets the account that owns the record. Once this is answered, principals of this account alone may read it, and ' +
        'those of the account that owned it before may not.',
    )
    .argument('<account>', 'its number')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (account: string, options: Options) => {
    const client = await connect(options);
    await printRecords([await client.organization.setAuditAccount(account)], options.json);
  });
}
