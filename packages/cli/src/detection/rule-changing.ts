import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { readText } from '../files/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { laterInstant, laterTime } from './later-time.ts';
import { printRule } from './rule-reading.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface DisableOptions extends Options {
  readonly reason: string;
  readonly until?: string;
}

/** `keywitness rules put`. */
export function addRulePut(parent: Command): void {
  const command = parent
    .command('put')
    .summary('look for something')
    .description(
      'Puts a rule, in the place of the one that has the name. Once this is answered, it looks at every event that ' +
        'follows.',
    )
    .argument('<rule>', 'its name: lower-case letters, digits and hyphens')
    .argument('<file>', 'a rule file')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness rules put refunds-at-night refunds-at-night.yml
  keywitness rules show key-deletion --text > key-deletion.yml     to change one that comes with the service`,
    )
    .action(async (name: string, file: string, options: Options) => {
      const text = readText(file);
      const client = await connect(options);
      await printRule(await client.rules.put(name, text), options);
    });
}

/** `keywitness rules delete`. */
export function addRuleDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('take back what was put')
    .description(
      'Deletes a rule. One that comes with the service is again as it came, and enabled. What was found by it stays.',
    )
    .argument('<rule>', 'its name')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    const { rule, ...deleted } = await client.rules.delete(name);
    if (rule !== undefined) return printRule(rule, options);
    const line = options.json === true ? JSON.stringify(deleted) : visible(`the rule ${name} is deleted`);
    await printLines([line]);
  });
}

/** `keywitness rules disable`. */
export function addRuleDisable(parent: Command): void {
  const command = parent
    .command('disable')
    .summary('look for it no more, or not for a while')
    .description(
      'Disables a rule, with a reason. To be told less of one user or program, suppress that one instead.',
    )
    .argument('<rule>', 'its name')
    .requiredOption('--reason <text>', 'why; it is on the record')
    .option('--until <time>', `enable it again then: ${laterTime}`)
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness rules disable key-deletion --reason 'old tenants are removed' --until 4h`,
    )
    .action(async (name: string, options: DisableOptions) => {
      const { reason, until } = options;
      const instant = until === undefined ? {} : { until: laterInstant(until, Date.now()) };
      const client = await connect(options);
      await printRule(await client.rules.disable(name, { reason, ...instant }), options);
    });
}

/** `keywitness rules enable`. */
export function addRuleEnable(parent: Command): void {
  const command = parent
    .command('enable')
    .summary('undo disabling a rule')
    .description('Enables a rule that was disabled.')
    .argument('<rule>', 'its name')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    await printRule(await client.rules.enable(name), options);
  });
}
