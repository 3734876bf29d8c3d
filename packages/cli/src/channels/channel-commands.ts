import type { Command } from 'commander';
import type { ApiClient, ChannelDetail } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { printRecords, printTable } from '../admin/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { addChannelPutCommand } from './channel-put.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness channels`. */
export function addChannelCommands(program: Command): void {
  const channels = program
    .command('channels')
    .description(
      'Where incidents are told: Slack, PagerDuty, Teams, e-mail, webhooks. All of it is on the record.',
    );
  addChannelPutCommand(channels);
  addList(channels);
  addOne(
    channels,
    'show',
    'show a channel',
    'Shows a channel: its settings, and the names of its secrets.',
    (client, name) => client.channels.get(name),
  );
  addOne(
    channels,
    'delete',
    'tell nothing there any more',
    'Deletes a channel. It is told so itself, and all others hear of it.',
    (client, name) => client.channels.delete(name),
  );
  addOne(
    channels,
    'disable',
    'tell nothing there for now',
    'Disables a channel until it is enabled again. It is told so itself, and all others hear of it.',
    (client, name) => client.channels.disable(name),
  );
  addOne(
    channels,
    'enable',
    'undo disabling a channel',
    'Enables a channel that was disabled. What happened meanwhile is not told.',
    (client, name) => client.channels.enable(name),
  );
  addTest(channels);
  addDeadLetters(channels);
  addReplay(channels);
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the channels')
    .description('Lists all channels, by name.')
    .option('--json', 'one channel a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const channels = await Array.fromAsync(client.channels.list());
    const members = ['name', 'type', 'levelMin', 'disabled', 'settings'];
    await printTable(channels, members, options.json);
  });
}

function addOne(
  parent: Command,
  name: string,
  summary: string,
  description: string,
  perform: (client: ApiClient, channel: string) => Promise<ChannelDetail>,
): void {
  const command = parent
    .command(name)
    .summary(summary)
    .description(description)
    .argument('<name>', 'its name')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (channel: string, options: Options) => {
    await printRecords([await perform(await connect(options), channel)], options.json);
  });
}

function addTest(parent: Command): void {
  const command = parent
    .command('test')
    .summary('send a test message')
    .description('Sends a message that says that it is a test, at once, and says how that went.')
    .argument('<name>', 'its name');
  withConnectionOptions(command).action(async (name: string, options: ConnectionOptions) => {
    const client = await connect(options);
    const answer = await client.channels.test(name);
    if (answer.outcome === 'failed') {
      throw new Failure('could-not', `could not deliver to \`${name}\`: ${answer.reason}`);
    }
    await printLines([visible(`delivered to ${name} within ${answer.latencyMs} ms`)]);
  });
}

function addDeadLetters(parent: Command): void {
  const command = parent
    .command('dead-letters')
    .summary('list what could not be delivered')
    .description('Lists the messages of a channel that were given up, oldest first.')
    .argument('<name>', 'name of the channel')
    .option('--json', 'one message a line, as JSON');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    const { deadLetters } = await client.channels.deadLetters(name);
    const members = ['id', 'failedAt', 'kind', 'incidentId', 'attempts', 'reason'];
    await printTable(deadLetters, members, options.json);
  });
}

function addReplay(parent: Command): void {
  const command = parent
    .command('replay')
    .summary('send again what could not be delivered')
    .description('Puts messages of a channel that were given up back into its queue.')
    .argument('<name>', 'name of the channel')
    .option('--id <ids...>', 'only these; all otherwise');
  withConnectionOptions(command).action(
    async (name: string, options: ConnectionOptions & { readonly id?: readonly string[] }) => {
      const client = await connect(options);
      const { replayed } = await client.channels.replay(
        name,
        options.id === undefined ? {} : { ids: options.id },
      );
      await printLines([`${replayed} messages are sent again`]);
    },
  );
}
