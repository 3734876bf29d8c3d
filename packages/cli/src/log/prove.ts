import type { Command } from 'commander';
import { formatProof, LogError, parseProof } from '@keywitness/log';
import { eventArgument, findEvent } from '../audit/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { writeNamedFile } from '../files/index.ts';
import { printBytes } from '../terminal/index.ts';
import { openLog } from '../log-source/index.ts';
import { proveFromLog } from './prove-from-log.ts';

interface ProveOptions extends ConnectionOptions {
  readonly log?: string;
  readonly out?: string;
}

/** `keywitness log prove`. */
export function addProveCommand(parent: Command): void {
  const command = parent
    .command('prove')
    .summary('write the proof that an event is in the log')
    .description(
      'Writes a file that proves that an event is in the log: the event itself, its path through the Merkle tree, and ' +
        "a signed checkpoint. Whoever has the log's verifier keys can check it with `log check`, and needs nothing else.",
    )
    .argument('<event>', eventArgument)
    .option(
      '--log <log>',
      'take the proof from this copy of the log, a folder or URL, without asking the service',
    )
    .option('--out <file>', 'write to this file, not to the standard output');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness log prove 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b > proof.txt
  keywitness log prove 4711 --log backup/log --out proof.txt`,
    )
    .action(async (name: string, options: ProveOptions) => {
      await prove(name, options);
    });
}

async function prove(name: string, options: ProveOptions): Promise<void> {
  const proof =
    options.log === undefined
      ? await proveFromService(name, options)
      : await proveFromLog(await openLog(options.log, options), name);
  if (options.out === undefined) return printBytes(proof);
  writeNamedFile(options.out, proof);
}

async function proveFromService(name: string, options: ProveOptions): Promise<string> {
  const client = await connect(options);
  const { event, leaf } = await findEvent(client, name);
  const text = await client.getProof(event.id);
  try {
    return formatProof({ ...parseProof(text), extra: Buffer.from(leaf, 'base64') });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `the service answered with no proof: ${error.message}`, { cause: error });
  }
}
