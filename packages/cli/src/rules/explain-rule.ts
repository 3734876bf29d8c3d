import type { Command } from 'commander';
import {
  explainMatch,
  explainRule,
  type JsonObject,
  type RuleEvent,
  ruleEvent,
  type RuleFile,
} from '@keywitness/rules';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { readText } from '../files/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readRule } from './read-rule.ts';

interface ExplainOptions {
  readonly event?: string;
}

/** `keywitness rules explain`: offline, in sentences. */
export function addExplainRuleCommand(parent: Command): void {
  parent
    .command('explain')
    .summary('say what a rule file does')
    .description(
      'Says in plain sentences what a rule looks at, what counts, when it fires and what ends an episode. With an event, ' +
        'says which parts of the rule it fulfils (+) and which it does not (-). Needs no service.',
    )
    .argument('<file>', 'a rule file')
    .option('--event <file>', 'an event as JSON, or for a rule about CloudTrail a record')
    .addHelpText(
      'after',
      `
Examples:
  keywitness rules explain denied-burst.yml
  keywitness rules explain denied-burst.yml --event event.json`,
    )
    .action(async (path: string, options: ExplainOptions) => {
      process.exitCode = await explain(path, options);
    });
}

async function explain(path: string, options: ExplainOptions): Promise<ExitCode> {
  const file = readRule(path);
  const lines =
    options.event === undefined ? explainRule(file) : explainEvent(file, readEventFile(options.event));
  await printLines(lines.map(visible));
  return exitCodes.done;
}

function explainEvent(file: RuleFile, event: RuleEvent): readonly string[] {
  return explainMatch(file, event).flatMap(({ title, matches, lines }) => [
    `${title}: ${matches ? 'matches' : 'does not match'}`,
    ...lines.map((line) => `  ${line}`),
  ]);
}

/** A file with one event or one CloudTrail record: rules of either kind see it as theirs. */
function readEventFile(path: string): RuleEvent {
  const text = readText(path);
  const value = parseJson(text, path);
  if (!isJsonObject(value)) throw new Failure('could-not', `\`${path}\` is no event: it is no JSON object`);
  const time = value['time'] ?? value['eventTime'];
  return ruleEvent(0, time === undefined ? value : { ...value, time }, () => value);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('could-not', `\`${path}\` is no event: it is no JSON`, { cause: error });
  }
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
