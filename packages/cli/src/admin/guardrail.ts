import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { readText } from '../files/index.ts';
import { printRecords } from './records.ts';
import { printWarnings } from './warnings.ts';

interface Options extends ConnectionOptions {
  readonly account?: string;
  readonly json?: true;
}

interface PutOptions extends Options {
  readonly force?: true;
}

/** `keywitness admin guardrail`. */
export function addGuardrailCommands(admin: Command): void {
  const guardrail = admin
    .command('guardrail')
    .description('Policies that limit what the policies of accounts can allow.');
  addPut(guardrail);
  addDelete(guardrail);
}

function addPut(parent: Command): void {
  const command = parent
    .command('put')
    .summary('put a guardrail over an account, or over all')
    .description(
      'Puts a guardrail over one account, or over all but the management account. What no guardrail of a level allows ' +
        'is denied, so one that only denies needs another that allows. What is likely not meant is said on the ' +
        'standard error.',
    )
    .argument('<name>', 'its name; one of the same name is replaced')
    .argument('<file>', 'IAM policy JSON')
    .option('--account <digits>', 'over this account only')
    .option('--force', 'even if it leaves nothing allowed')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness admin guardrail put everything allow-all.json
  keywitness admin guardrail put no-deletion no-deletion.json --account 444455556666`,
    )
    .action(async (name: string, file: string, options: PutOptions) => {
      const document = readText(file);
      const client = await connect(options);
      const force = options.force === undefined ? {} : { force: options.force };
      const { guardrails, warnings } = await client.organization.putGuardrail(name, document, {
        ...levelOf(options),
        ...force,
      });
      printWarnings(warnings);
      await printRecords(guardrails, options.json);
    });
}

function addDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('take a guardrail away')
    .description('Takes a guardrail away. A level without any has no limit.')
    .argument('<name>', 'its name')
    .option('--account <digits>', 'that is over this account only')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: Options) => {
    const client = await connect(options);
    const { guardrails } = await client.organization.deleteGuardrail(name, levelOf(options));
    await printRecords(guardrails, options.json);
  });
}

function levelOf({ account }: Options): { readonly accountId?: string } {
  return account === undefined ? {} : { accountId: account };
}
