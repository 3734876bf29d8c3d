import type { Command } from 'commander';
import type { RuleDetail, RuleSummary } from '@keywitness/api';
import { printTable } from '../admin/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printBytes, printLines, visible } from '../terminal/index.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface ShowOptions extends Options {
  readonly text?: true;
}

/** `keywitness rules list`. */
export function addRuleList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('what is looked for')
    .description('Lists the rules that come with the service, and those that were put, by name.')
    .option('--json', 'one rule a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const rules = await Array.fromAsync(client.rules.list());
    const rows = options.json === true ? rules : rules.map((rule) => ({ ...rule, state: stateOf(rule) }));
    await printTable(rows, ['name', 'level', 'state', 'title'], options.json);
  });
}

/** `keywitness rules show`. */
export function addRuleShow(parent: Command): void {
  const command = parent
    .command('show')
    .summary('one rule: what it looks for, and what to do when it finds it')
    .description(
      'Shows one rule with its text: what it looks for, what may be harmless about it, and what to do about it.',
    )
    .argument('<rule>', 'its name')
    .option('--text', 'its text and nothing else, to be changed and put again')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: ShowOptions) => {
    const client = await connect(options);
    await printRule(await client.rules.get(name), options);
  });
}

/** A rule for people, or as JSON. */
export async function printRule(rule: RuleDetail, options: ShowOptions): Promise<void> {
  if (options.text === true) return printBytes(Buffer.from(rule.text, 'utf8'));
  if (options.json === true) return printTable([rule], [], true);
  const { disabledReason, level, name, sha256, text, title, updatedAt, updatedBy } = rule;
  const parts: readonly (readonly [label: string, value: string | undefined])[] = [
    ['rule', name],
    ['title', title],
    ['level', level],
    ['state', stateOf(rule)],
    ['reason', disabledReason],
    ['changed', updatedAt === undefined ? undefined : `${updatedAt} by ${updatedBy ?? ''}`],
    ['sha256', sha256],
  ];
  const lines = parts.flatMap(([label, value]) =>
    value === undefined ? [] : [`${label.padEnd(8)}  ${value}`],
  );
  await printLines([...lines, '', ...text.trimEnd().split(/\r?\n/)].map(visible));
}

function stateOf(rule: RuleSummary): string {
  const { builtIn, changed, disabled, disabledUntil, immutable } = rule;
  const origin = changed ? 'replaced' : builtIn ? 'built-in' : 'put';
  const until = disabledUntil === undefined ? '' : ` until ${disabledUntil}`;
  return `${disabled ? `disabled${until}, ` : ''}${origin}${immutable ? ', cannot be changed' : ''}`;
}
