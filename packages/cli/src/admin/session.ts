import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printRecords } from './records.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface RevokeOptions extends Options {
  readonly principal?: string;
}

/** `keywitness admin session`. */
export function addSessionCommands(admin: Command): void {
  const session = admin.command('session').description('Short-lived credentials.');
  addRevoke(session);
  addRevokeAll(session);
}

function addRevoke(parent: Command): void {
  const command = parent
    .command('revoke')
    .summary('end one session')
    .description(
      'Ends a session and those that were got with it. Once this is answered, nothing that they sign is done. Its ' +
        'access key id is in every event that it caused.',
    )
    .argument('<id>', 'access key id of the session; it begins with ASIA')
    .option('--principal <arn>', 'role or user whose session it is, for who may revoke no others')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (id: string, options: RevokeOptions) => {
    const client = await connect(options);
    const named = options.principal === undefined ? {} : { principalArn: options.principal };
    await printRecords([await client.sessions.revoke(id, named)], options.json);
  });
}

function addRevokeAll(parent: Command): void {
  const command = parent
    .command('revoke-all')
    .summary('end all sessions of a role or user')
    .description(
      'Ends all sessions of a role or user that were issued until now, and those that were got with them. Who may ' +
        'assume the role can get a new one at once: change its trust policy first.',
    )
    .argument('<principal>', 'ARN of the role or user')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (principal: string, options: Options) => {
    const client = await connect(options);
    await printRecords([await client.sessions.revokeAll(principal)], options.json);
  });
}
