import { type Command, Option } from 'commander';
import type { ApiClient, RemediationFilters, RemediationSummary } from '@keywitness/api';
import { printRecords, printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface ListOptions extends Options {
  readonly incident?: string;
  readonly status?: NonNullable<RemediationFilters['status']>;
}

interface RefuseOptions extends Options {
  readonly reason?: string;
}

const STATUSES = [
  'proposed',
  'approved',
  'dry-run',
  'calling',
  'done',
  'failed',
  'refused',
  'undone',
  'expired',
] as const;

/** `keywitness remediations`. */
export function addRemediationCommands(program: Command): void {
  const remediations = program
    .command('remediations')
    .description('What playbooks proposed and did about incidents. People decide about it here.');
  addList(remediations);
  act(
    remediations,
    'show',
    'show a remediation',
    'Shows what was proposed or done, to what, and why.',
    (client, id) => client.remediations.get(id),
  );
  act(
    remediations,
    'approve',
    'let a proposed step be run',
    'Approves a step that was proposed, or that failed. From the two-person level on it takes two people, and nobody ' +
      'approves what is about themselves.',
    (client, id) => client.remediations.approve(id),
  );
  addRefuse(remediations);
  act(
    remediations,
    'run',
    'run an approved step now',
    'Runs a step that was approved, for when it was not run by itself.',
    (client, id) => client.remediations.run(id),
  );
  act(
    remediations,
    'undo',
    'give back what a step took',
    'Gives back what a step took: enables the credential or key again, ends the quarantine, puts the grant back. What ' +
      'somebody changed since then is left as it is. Sessions that ended stay ended.',
    (client, id) => client.remediations.undo(id),
  );
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list what was proposed and done')
    .description('Lists what playbooks proposed and did about incidents.')
    .option('--incident <id>', 'only about this incident')
    .addOption(new Option('--status <status>', 'only those that are so far').choices(STATUSES))
    .option('--json', 'one a line, as JSON');
  withConnectionOptions(command).action(async ({ incident, status, ...options }: ListOptions) => {
    const client = await connect(options);
    const filters = {
      ...(incident === undefined ? {} : { incidentId: incident }),
      ...(status === undefined ? {} : { status }),
    };
    const found = await Array.fromAsync(client.remediations.list(filters));
    await printTable(found, ['id', 'status', 'level', 'action', 'target', 'reason'], options.json);
  });
}

function addRefuse(parent: Command): void {
  const command = parent
    .command('refuse')
    .summary('see to it that a step is not run')
    .description('Refuses a step that was proposed or approved: it is not run.')
    .argument('<id>', 'id of the remediation')
    .option('--reason <text>', 'why, for the record')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (id: string, options: RefuseOptions) => {
    const client = await connect(options);
    await printRecords([await client.remediations.refuse(id, options.reason)], options.json);
  });
}

function act(
  parent: Command,
  word: string,
  summary: string,
  description: string,
  perform: (client: ApiClient, id: string) => Promise<RemediationSummary>,
): void {
  const command = parent
    .command(word)
    .summary(summary)
    .description(description)
    .argument('<id>', 'id of the remediation')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (id: string, options: Options) => {
    const client = await connect(options);
    await printRecords([await perform(client, id)], options.json);
  });
}
