import { type Command, InvalidArgumentError } from 'commander';
import type { Suppression } from '@keywitness/api';
import { printRecords, printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { laterInstant, laterTime } from './later-time.ts';
import { sayEntity } from './say-incident.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

type Entity = Readonly<Record<string, string>>;

interface CreateOptions extends Options {
  readonly entity?: Entity;
  readonly anyEntity?: true;
  readonly reason: string;
  readonly until: string;
}

/** `keywitness suppressions`. */
export function addSuppressionCommands(program: Command): void {
  const suppressions = program
    .command('suppressions')
    .description('What nobody is told of for a while. It is on the record all the same.');
  addCreate(suppressions);
  addList(suppressions);
  addDelete(suppressions);
}

function addCreate(parent: Command): void {
  const command = parent
    .command('create')
    .summary('be told no more of something, for a while')
    .description(
      'Lets nobody be told of what a rule finds about an entity, for at most 90 days. It is found and on the record all ' +
        'the same. Incidents that are open already stay open.',
    )
    .argument('<rule>', 'name of the rule')
    .option('--entity <name=value>', 'what it is about, as incidents show it; can be repeated', addPair)
    .option('--any-entity', 'whatever it is about')
    .requiredOption('--reason <text>', 'why; it is on the record')
    .requiredOption('--until <time>', `when it ends: ${laterTime}`)
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness suppressions create denied-often --entity actor.name=load-test --until 3d --reason 'load test'`,
    )
    .action(async (rule: string, options: CreateOptions) => {
      const { anyEntity, reason, until } = options;
      if ((options.entity === undefined) === (anyEntity === undefined)) {
        throw new Failure('usage', 'say what it is about with --entity, or give --any-entity');
      }
      const expiresAt = laterInstant(until, Date.now());
      const client = await connect(options);
      const asked = { rule, entity: options.entity ?? {}, reason, expiresAt };
      await printRecords([await client.suppressions.create(asked)], options.json);
    });
}

function addPair(text: string, pairs: Entity | undefined): Entity {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('It is written as name=value.');
  return { ...pairs, [text.slice(0, split)]: text.slice(split + 1) };
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('what nobody is told of, and until when')
    .description('Lists the suppressions that have not ended.')
    .option('--json', 'one suppression a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const all = await Array.fromAsync(client.suppressions.list());
    const rows = options.json === true ? all : all.map(rowOf);
    await printTable(rows, ['suppressionId', 'rule', 'about', 'expiresAt', 'reason'], options.json);
  });
}

function rowOf(suppression: Suppression): object {
  const about = Object.keys(suppression.entity).length === 0 ? 'anything' : sayEntity(suppression.entity);
  return { ...suppression, about };
}

function addDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('be told again')
    .description(
      'Deletes a suppression before its end. What it has kept back is in `keywitness incidents list --status suppressed`.',
    )
    .argument('<id>', 'its id')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (id: string, options: Options) => {
    const client = await connect(options);
    await printRecords([await client.suppressions.delete(id)], options.json);
  });
}
