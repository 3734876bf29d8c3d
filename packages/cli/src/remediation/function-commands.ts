import type { Command } from 'commander';
import { newFunctionSchema } from '@keywitness/api';
import { printRecords, printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readJsonFile } from './json-file.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness functions`. */
export function addFunctionCommands(program: Command): void {
  const functions = program
    .command('functions')
    .description('What playbooks call: signed webhooks, AWS Lambda and Azure functions.');
  addList(functions);
  addPut(functions);
  addDelete(functions);
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the functions')
    .description('Lists the functions that playbooks may call. Their secrets are never shown.')
    .option('--json', 'one function a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const found = await Array.fromAsync(client.functions.list());
    await printTable(found, ['name', 'type', 'settings', 'updatedAt', 'updatedBy'], options.json);
  });
}

function addPut(parent: Command): void {
  const command = parent
    .command('put')
    .summary('make or replace a function')
    .description(
      'Makes or replaces a function: JSON with type, settings and secrets. Without secrets it keeps those that it has.',
    )
    .argument('<name>', 'name of the function')
    .argument('<file>', 'the function, in JSON')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness functions put block-address function.json

  A file such as this one:
    {"type": "webhook", "settings": {"url": "https://hooks.example/block"}, "secrets": {"secret": "whsec_..."}}`,
    )
    .action(async (name: string, file: string, options: Options) => {
      const definition = readJsonFile(file, newFunctionSchema);
      const client = await connect(options);
      await printRecords([await client.functions.put(name, definition)], options.json);
    });
}

function addDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('delete a function')
    .description('Deletes a function. Steps that call it fail from now on, and say so.')
    .argument('<name>', 'name of the function');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    await client.functions.delete(name);
    await printLines([visible(`deleted ${name}`)]);
  });
}
