import type { Command } from 'commander';
import { printRecords, printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readDuration } from './duration.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface AddOptions extends Options {
  readonly for?: string;
  readonly force?: true;
  readonly incident?: string;
  readonly reason?: string;
  readonly unlessApproved?: true;
}

/** `keywitness quarantine`. */
export function addQuarantineCommands(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('Principals that are kept from everything for a while.');
  addAdd(quarantine);
  addRelease(quarantine);
  addList(quarantine);
}

function addAdd(parent: Command): void {
  const command = parent
    .command('add')
    .summary('keep a user or role from everything for a while')
    .description(
      'Quarantines a user or role: once this is answered every request of it is denied, whatever policies allow, and its ' +
        'sessions have ended. It is free again when the time is over.',
    )
    .argument('<principal>', 'ARN of the user or role')
    .option('--for <duration>', 'how long, such as 30m, 12h or 7d; a day unless given')
    .option('--incident <id>', 'the incident that it is about')
    .option('--reason <text>', 'why, for the record')
    .option('--unless-approved', 'let requests through that somebody else approved')
    .option('--force', 'even yourself')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (principalArn: string, options: AddOptions) => {
    const { force, incident, reason, unlessApproved } = options;
    const durationSeconds = options.for === undefined ? undefined : readDuration(options.for);
    const client = await connect(options);
    const quarantine = {
      principalArn,
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
      ...(incident === undefined ? {} : { incidentId: incident }),
      ...(reason === undefined ? {} : { reason }),
      ...(unlessApproved === undefined ? {} : { unlessApproved }),
    };
    const put = await client.quarantines.put(quarantine, force === undefined ? {} : { force });
    await printRecords([put], options.json);
  });
}

function addRelease(parent: Command): void {
  const command = parent
    .command('release')
    .summary('end a quarantine')
    .description(
      'Ends the quarantine of a user or role, by whomever it was put. Sessions that ended stay ended.',
    )
    .argument('<principal>', 'ARN of the user or role');
  withConnectionOptions(command).action(async (principalArn: string, options: Options) => {
    const client = await connect(options);
    await client.quarantines.release(principalArn);
    await printLines([visible(`released ${principalArn}`)]);
  });
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list who is under quarantine')
    .description('Lists the principals of the account that are under quarantine, with every reason for it.')
    .option('--json', 'one a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const found = await Array.fromAsync(client.quarantines.list());
    await printTable(
      found,
      ['principalArn', 'expiresAt', 'incidentId', 'by', 'reason', 'unlessApproved'],
      options.json,
    );
  });
}
