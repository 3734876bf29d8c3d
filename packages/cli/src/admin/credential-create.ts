import type { Command } from 'commander';
import type { NewCredential } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { printRecords } from './records.ts';

interface CreateOptions extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness admin credential create`. */
export function addCredentialCreateCommand(parent: Command): void {
  const command = parent
    .command('create')
    .summary('create an access key for a principal')
    .description(
      'Creates an access key for a principal, and prints its secret: this is the only time that it is shown. The ' +
        'output is a profile for ~/.aws/credentials.',
    )
    .argument('<principal>', 'name of the principal')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness admin credential create billing >> ~/.aws/credentials`,
    )
    .action(async (principal: string, options: CreateOptions) => {
      const client = await connect(options);
      const credential = await client.createCredential(principal);
      await (options.json === true ? printRecords([credential], true) : printProfile(principal, credential));
    });
}

async function printProfile(principal: string, credential: NewCredential): Promise<void> {
  const lines = [
    `# access key of ${credential.principalArn}; its secret is shown only now`,
    `[${principal}]`,
    `aws_access_key_id = ${credential.accessKeyId}`,
    `aws_secret_access_key = ${credential.secretAccessKey}`,
  ];
  await printLines(lines.map(visible));
}
