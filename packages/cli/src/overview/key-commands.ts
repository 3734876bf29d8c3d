import { type Command, Option } from 'commander';
import type { KeyFilters, KeyNeed, KeySummary } from '@keywitness/api';
import { printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { showTime, type Zone } from '../time/index.ts';
import { addKeyConsequences } from './key-consequences.ts';
import { parseCount } from '../parse-count.ts';

interface ListOptions extends ConnectionOptions {
  readonly needs?: KeyNeed;
  readonly unusedDays?: number;
  readonly state?: string;
  readonly spec?: string;
  readonly usage?: string;
  readonly origin?: string;
  readonly multiRegion?: true;
  readonly text?: string;
  readonly keyRegion?: string;
  readonly limit: number;
  readonly utc?: true;
  readonly json?: true;
}

const limitStandard = 100;
const needs = ['rotation', 'deletion', 'unused', 'import'];

/** `keywitness keys`. */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('The keys of the account, with what is known of them.');
  addList(keys);
  addKeyConsequences(keys);
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list keys, with filters')
    .description(
      'Lists the keys of your account with their aliases, state and last use, by id: all of them, or those that fit ' +
        'everything that you ask for.',
    )
    .addOption(new Option('--needs <what>', 'keys that want something done about them').choices(needs))
    .option('--unused-days <days>', 'without use for so many days counts as unused (90)', parseCount)
    .option('--state <state>', 'in this state, such as Enabled')
    .option('--spec <spec>', 'of this spec, such as SYMMETRIC_DEFAULT')
    .option('--usage <usage>', 'for this usage, such as ENCRYPT_DECRYPT')
    .option('--origin <origin>', 'with material from there: AWS_KMS or EXTERNAL')
    .option('--multi-region', 'multi-Region keys')
    .option('--text <text>', 'with this in the ARN, an alias, the description or a tag (name=value)')
    .option('--key-region <region>', 'in this Region; in all of them unless given')
    .option('--limit <count>', 'at most so many keys', parseCount, limitStandard)
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'one key a line, as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness keys list --needs rotation
  keywitness keys list --needs unused --unused-days 180
  keywitness keys list --text team=payments --state Enabled`,
    )
    .action(async (options: ListOptions) => {
      const client = await connect(options);
      const found: KeySummary[] = [];
      for await (const key of client.keys.list(filtersOf(options))) {
        if (found.length === options.limit) {
          process.stderr.write(`keywitness: there are more than ${options.limit} keys; --limit shows more\n`);
          break;
        }
        found.push(key);
      }
      const zone = options.utc === true ? 'utc' : 'local';
      const rows = options.json === true ? found : found.map((key) => rowOf(key, zone));
      await printTable(
        rows,
        ['keyId', 'aliases', 'state', 'spec', 'region', 'lastUsed', 'needs'],
        options.json,
      );
    });
}

function filtersOf(options: ListOptions): KeyFilters {
  const { keyRegion, multiRegion, needs: need, origin, spec, state, text, unusedDays, usage } = options;
  return {
    ...(need === undefined ? {} : { needs: need }),
    ...(unusedDays === undefined ? {} : { unusedDays }),
    ...(state === undefined ? {} : { state }),
    ...(spec === undefined ? {} : { spec }),
    ...(usage === undefined ? {} : { usage }),
    ...(origin === undefined ? {} : { origin }),
    ...(multiRegion === undefined ? {} : { multiRegion }),
    ...(text === undefined ? {} : { text }),
    ...(keyRegion === undefined ? {} : { region: keyRegion }),
  };
}

function rowOf(key: KeySummary, zone: Zone): object {
  const lastUsed = key.lastUsedAt === undefined ? 'never' : showTime(key.lastUsedAt, zone, 'seconds');
  return { ...key, lastUsed };
}
