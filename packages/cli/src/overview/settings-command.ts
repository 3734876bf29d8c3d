import type { Command } from 'commander';
import { printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness settings`. */
export function addSettingsCommand(program: Command): void {
  const command = program
    .command('settings')
    .summary('what the service was started with')
    .description(
      'Shows every setting of the service with the value that is in force, and whether somebody set it.',
    )
    .option('--json', 'one setting a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const { settings } = await client.service.settings();
    await printTable(settings, ['name', 'value', 'isSet'], options.json);
  });
}
