import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { startProgress } from '../terminal/index.ts';
import { printAnswer, tableOf } from './output.ts';
import { instantOf, sinceHelp, sinceStandard } from './since.ts';

interface UnusedOptions extends ConnectionOptions {
  readonly since: string;
  readonly json?: true;
}

/** `keywitness access unused`. */
export function addUnusedCommand(parent: Command): void {
  const command = parent
    .command('unused')
    .summary('who and what was not used')
    .description('Lists the principals, access keys and keys that nothing was done with.')
    .option('--since <time>', sinceHelp, sinceStandard)
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (options: UnusedOptions) => {
    const client = await connect(options);
    const progress = startProgress('reading', 'events');
    const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void =>
      progress.update(done, total);
    const answer = await client.access
      .unused({ from: instantOf(options.since) }, { onProgress })
      .finally(() => progress.end());
    await printAnswer(answer, options.json, () => {
      const rows = answer.items.map(({ createdAt, disabled, id, kind }) => [
        kind,
        id,
        createdAt,
        disabled ? 'disabled' : 'enabled',
      ]);
      return rows.length === 0
        ? ['Everything was used.']
        : tableOf(['WHAT', 'WHICH', 'CREATED', 'STATE'], rows);
    });
  });
}
