import type { Command } from 'commander';
import type { ApiClient, PrincipalDetail } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printRecords } from './records.ts';

interface SwitchOptions extends ConnectionOptions {
  readonly force?: true;
  readonly json?: true;
}

type Switch = (client: ApiClient, name: string, options: SwitchOptions) => Promise<PrincipalDetail>;

/** `keywitness admin principal disable`. */
export function addPrincipalDisableCommand(parent: Command): void {
  const command = parent
    .command('disable')
    .summary('refuse everything to a principal')
    .description(
      'Disables a principal with all its access keys. Once this is answered, nothing that it asks for is done.',
    )
    .argument('<name>', 'its name')
    .option('--force', 'even if nobody could undo it');
  addSwitch(command, (client, name, { force }) =>
    client.disablePrincipal(name, force === undefined ? {} : { force }),
  );
}

/** `keywitness admin principal enable`. */
export function addPrincipalEnableCommand(parent: Command): void {
  const command = parent
    .command('enable')
    .summary('undo disabling a principal')
    .description('Enables a principal that was disabled.')
    .argument('<name>', 'its name');
  addSwitch(command, (client, name) => client.enablePrincipal(name));
}

function addSwitch(command: Command, perform: Switch): void {
  withConnectionOptions(command.option('--json', 'as JSON')).action(
    async (name: string, options: SwitchOptions) => {
      const client = await connect(options);
      await printRecords([await perform(client, name, options)], options.json);
    },
  );
}
