import type { Command } from 'commander';
import type { ApiClient, CredentialSummary } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printRecords } from './records.ts';

interface SwitchOptions extends ConnectionOptions {
  readonly force?: true;
  readonly json?: true;
}

type Switch = (client: ApiClient, id: string, options: SwitchOptions) => Promise<CredentialSummary>;

/** `keywitness admin credential disable`. */
export function addCredentialDisableCommand(parent: Command): void {
  const command = parent
    .command('disable')
    .summary('refuse an access key')
    .description('Disables an access key. Once this is answered, nothing that it signs is done.')
    .argument('<id>', 'access key id')
    .option('--force', 'even if nobody could undo it');
  addSwitch(command, (client, id, { force }) =>
    client.disableCredential(id, force === undefined ? {} : { force }),
  );
}

/** `keywitness admin credential enable`. */
export function addCredentialEnableCommand(parent: Command): void {
  const command = parent
    .command('enable')
    .summary('undo disabling an access key')
    .description('Enables an access key that was disabled.')
    .argument('<id>', 'access key id');
  addSwitch(command, (client, id) => client.enableCredential(id));
}

/** `keywitness admin credential delete`. */
export function addCredentialDeleteCommand(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('delete an access key for good')
    .description('Deletes an access key. What it did stays on the record.')
    .argument('<id>', 'access key id')
    .option('--force', 'even if nobody could undo it');
  addSwitch(command, (client, id, { force }) =>
    client.deleteCredential(id, force === undefined ? {} : { force }),
  );
}

function addSwitch(command: Command, perform: Switch): void {
  withConnectionOptions(command.option('--json', 'as JSON')).action(
    async (id: string, options: SwitchOptions) => {
      const client = await connect(options);
      await printRecords([await perform(client, id, options)], options.json);
    },
  );
}
