import { type Command, Option } from 'commander';
import type { PrincipalType } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { readText } from '../files/index.ts';
import { printRecords } from './records.ts';
import { printWarnings } from './warnings.ts';

interface CreateOptions extends ConnectionOptions {
  readonly type: PrincipalType;
  readonly policy?: string;
  readonly json?: true;
}

/** `keywitness admin principal create`. */
export function addPrincipalCreateCommand(parent: Command): void {
  const command = parent
    .command('create')
    .summary('create a principal')
    .description(
      'Creates a principal. Without a policy it may do what key policies allow to it by name, and nothing else. It ' +
        'has no access key yet: see `admin credential create`.',
    )
    .argument('<name>', 'its name, which is also the end of its ARN')
    .addOption(
      new Option('--type <type>', 'a person or a program').choices(['user', 'service']).default('user'),
    )
    .option('--policy <file>', 'IAM policy JSON that says what it may do')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness admin principal create alice
  keywitness admin principal create billing --type service --policy billing-policy.json`,
    )
    .action(async (name: string, options: CreateOptions) => {
      const policy = options.policy === undefined ? {} : { policy: readText(options.policy) };
      const client = await connect(options);
      const { warnings = [], ...principal } = await client.createPrincipal({
        name,
        type: options.type,
        ...policy,
      });
      printWarnings(warnings);
      await printRecords([principal], options.json);
    });
}
