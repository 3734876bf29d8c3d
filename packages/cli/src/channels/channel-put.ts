import { type Command, Option } from 'commander';
import type { ChannelType, IncidentLevel, NewChannel } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { printRecords } from '../admin/index.ts';
import { readSecret } from './read-secret.ts';

interface PutOptions extends ConnectionOptions {
  readonly type: ChannelType;
  readonly levelMin?: IncidentLevel;
  readonly set?: readonly string[];
  readonly read?: readonly string[];
  readonly rotateSigningKey?: true;
  readonly json?: true;
}

const types = ['slack', 'pagerduty', 'teams', 'email', 'webhook'];
const levels = ['informational', 'low', 'medium', 'high', 'critical'];

/** `keywitness channels put`. */
export function addChannelPutCommand(parent: Command): void {
  const command = parent
    .command('put')
    .summary('make a channel, or change it')
    .description(
      'Makes a channel, or replaces its settings. A secret that is not named stays what it was. Secrets are read from ' +
        'files, from the standard input or from the terminal, never from the command line, and are never shown again.',
    )
    .argument('<name>', 'its name: lower-case letters, digits and hyphens')
    .addOption(new Option('--type <type>', 'what it speaks').choices(types).makeOptionMandatory())
    .addOption(new Option('--level-min <level>', 'tell incidents from this level on').choices(levels))
    .option('--set <name=value...>', 'settings, such as `region=eu` or `host=mail.example`')
    .option(
      '--read <name=file...>',
      'secrets, each from a file; `-` reads it from the standard input, no file asks',
    )
    .option('--rotate-signing-key', 'make a new key for a webhook; the old one signs as well for a day')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness channels put oncall --type slack --read url=slack-url.txt
  keywitness channels put pager --type pagerduty --set region=eu --read routingKey --level-min high
  keywitness channels put mail --type email --set host=mail.example from=kms@example.com to=soc@example.com`,
    )
    .action(async (name: string, options: PutOptions) => {
      const channel = await channelOf(options);
      const client = await connect(options);
      await printRecords([await client.channels.put(name, channel)], options.json);
    });
}

async function channelOf({ type, levelMin, set, read, rotateSigningKey }: PutOptions): Promise<NewChannel> {
  const secrets: Record<string, string> = {};
  for (const text of read ?? []) {
    const [name, file] = divided(text);
    secrets[name] = await readSecret(name, file);
  }
  const settings = Object.fromEntries((set ?? []).map(settingOf));
  return {
    type,
    ...(set === undefined ? {} : { settings }),
    ...(read === undefined ? {} : { secrets }),
    ...(levelMin === undefined ? {} : { levelMin }),
    ...(rotateSigningKey === undefined ? {} : { rotateSigningKey }),
  };
}

function settingOf(text: string): readonly [name: string, value: string] {
  const [name, value] = divided(text);
  if (value !== undefined) return [name, value];
  throw new Failure('usage', `a setting is written as name=value, not \`${name}\``);
}

function divided(text: string): readonly [name: string, rest: string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}
