import type { Command } from 'commander';
import {
  type ApiClient,
  newPlaybookSchema,
  type PlaybookDetail,
  responseSettingsChangeSchema,
} from '@keywitness/api';
import { printRecords, printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readJsonFile } from './json-file.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface SettingsOptions extends Options {
  readonly set?: string;
}

type Switch = (client: ApiClient, name: string) => Promise<PlaybookDetail>;

/** `keywitness playbooks`. */
export function addPlaybookCommands(program: Command): void {
  const playbooks = program
    .command('playbooks')
    .description('What is done about incidents, and within which limits.');
  addList(playbooks);
  addSwitch(playbooks, 'show', 'show a playbook', 'Shows a playbook with its steps.', (client, name) =>
    client.playbooks.get(name),
  );
  addPut(playbooks);
  addDelete(playbooks);
  addSwitch(
    playbooks,
    'disable',
    'stop a playbook',
    'Disables a playbook: it proposes and does nothing more. What it did stays as it is.',
    (client, name) => client.playbooks.disable(name),
  );
  addSwitch(playbooks, 'enable', 'undo disabling a playbook', 'Enables a playbook.', (client, name) =>
    client.playbooks.enable(name),
  );
  addSettings(playbooks);
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the playbooks')
    .description('Lists the playbooks, each with its mode: propose, dry-run or act.')
    .option('--json', 'one playbook a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const playbooks = await Array.fromAsync(client.playbooks.list());
    const rows = playbooks.map(({ steps, ...playbook }) => ({
      ...playbook,
      steps: steps.map(({ action }) => action),
    }));
    await (options.json === true
      ? printRecords(playbooks, true)
      : printTable(rows, ['name', 'mode', 'disabled', 'rules', 'steps'], undefined));
  });
}

function addPut(parent: Command): void {
  const command = parent
    .command('put')
    .summary('make or replace a playbook')
    .description(
      'Makes or replaces a playbook: JSON with rules, steps and mode. Without a mode it proposes, and people approve.',
    )
    .argument('<name>', 'name of the playbook')
    .argument('<file>', 'the playbook, in JSON')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness playbooks put contain contain.json

  A file such as this one:
    {"rules": ["decrypt-denied-burst"], "mode": "act",
     "steps": [{"action": "quarantine-principal", "durationSeconds": 3600}]}`,
    )
    .action(async (name: string, file: string, options: Options) => {
      const playbook = readJsonFile(file, newPlaybookSchema);
      const client = await connect(options);
      await printRecords([await client.playbooks.put(name, playbook)], options.json);
    });
}

function addDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('delete a playbook')
    .description('Deletes a playbook. What it proposed and did stays as it is.')
    .argument('<name>', 'name of the playbook');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    await client.playbooks.delete(name);
    await printLines([visible(`deleted ${name}`)]);
  });
}

function addSwitch(
  parent: Command,
  word: string,
  summary: string,
  description: string,
  perform: Switch,
): void {
  const command = parent
    .command(word)
    .summary(summary)
    .description(description)
    .argument('<name>', 'name of the playbook')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    await printRecords([await perform(client, name)], options.json);
  });
}

function addSettings(parent: Command): void {
  const command = parent
    .command('settings')
    .summary('show or change the guard rails')
    .description(
      'Shows the guard rails of remediation: what no playbook touches, how many steps run by themselves within an hour, from ' +
        'which level on two people must approve, and whether anything runs by itself at all.',
    )
    .option(
      '--set <file>',
      'changes them: JSON with protectedArns, stepsPerHourMax, twoPersonLevel or paused',
    )
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (options: SettingsOptions) => {
    const change =
      options.set === undefined ? undefined : readJsonFile(options.set, responseSettingsChangeSchema);
    const client = await connect(options);
    const settings =
      change === undefined ? await client.responseSettings.get() : await client.responseSettings.put(change);
    await printRecords([settings], options.json);
  });
}
