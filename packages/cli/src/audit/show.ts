import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { describeEvent, readEvent } from '../event/index.ts';
import { isOutputTerminal, printBytes, printLines, visible, visibleJson } from '../terminal/index.ts';
import { eventArgument, findEvent } from './find-event.ts';

interface ShowOptions extends ConnectionOptions {
  readonly utc?: true;
  readonly json?: true;
}

/** `keywitness audit show`. */
export function addShowCommand(parent: Command): void {
  const command = parent
    .command('show')
    .summary('everything about one event')
    .description('Shows one event: who, what, the statement that decided, and every member that is recorded.')
    .argument('<event>', eventArgument)
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'the leaf of the log: the canonical bytes of the event and nothing else');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit show 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b
  keywitness audit show 4711
  keywitness audit show 4711 --json | sha256sum`,
    )
    .action(async (name: string, options: ShowOptions) => {
      const client = await connect(options);
      const { index, leaf } = await findEvent(client, name);
      const bytes = Buffer.from(leaf, 'base64');
      await (options.json === true ? printLeaf(bytes) : printEvent(bytes, index, options));
    });
}

/** To the byte, unless a person looks at it. */
async function printLeaf(bytes: Buffer): Promise<void> {
  await (isOutputTerminal() ? printLines([visibleJson(bytes.toString('utf8'))]) : printBytes(bytes));
}

async function printEvent(bytes: Buffer, index: number, { utc }: ShowOptions): Promise<void> {
  const zone = utc === true ? 'utc' : 'local';
  await printLines(describeEvent(readEvent(bytes), { index, zone }).map(visible));
}
