import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describeConflict } from '../evidence/index.ts';
import { Failure, reasonOf } from '../failure.ts';
import { nodeFileOperations, withLockedFolder } from '../files/index.ts';
import { type ListenOptions, readListening } from '../http-server/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readTrustedKeys } from '../trust/index.ts';
import { Witness, type WitnessOptions } from './witness.ts';
import { readWitnessKeys } from './witness-keys.ts';
import { serveWitness } from './witness-server.ts';

interface ServeOptions extends ListenOptions {
  readonly dir: string;
  readonly logKey: readonly string[];
  readonly listen: string;
}

/** `keywitness witness serve`. */
export function addServeCommand(parent: Command): void {
  parent
    .command('serve')
    .summary('cosign what a log publishes')
    .description(
      'Runs a witness (C2SP tlog-witness): cosigns checkpoints of the logs whose keys it is given, each only when it is ' +
        'shown to extend the last one, and keeps what contradicts that as evidence. Ends with SIGTERM. Refuses to start ' +
        'on a state that it has not written itself.',
    )
    .requiredOption('--dir <folder>', 'the folder that `witness init` has made')
    .requiredOption(
      '--log-key <file...>',
      'verifier keys of a log, one a line; each of them must have signed',
    )
    .option('--listen <address>', 'address and port to serve on', '127.0.0.1:7444')
    .option('--tls-cert <file>', 'PEM file with the certificate and its chain')
    .option('--tls-key <file>', 'PEM file with the private key of the certificate')
    .option('--rate <count>', 'requests to cosign a second from one address', '20')
    .addHelpText(
      'after',
      `
Examples:
  keywitness witness serve --dir /var/lib/witness --log-key log.vkey
  keywitness witness serve --dir /var/lib/witness --log-key log.vkey --listen 0.0.0.0:7444 --tls-cert c.pem --tls-key k.pem`,
    )
    .action(async (options: ServeOptions) => {
      await serve(options);
    });
}

async function serve(options: ServeOptions): Promise<void> {
  const listening = readListening(options.listen, options);
  const folder = resolve(options.dir);
  const keys = readWitnessKeys(folder);
  const logs = options.logKey.map(readTrustedKeys);
  await withLockedFolder(folder, async () => {
    const witness = await openWitness({ folder, keys, logs });
    const server = await started({ witness, ...listening });
    const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    await printLines([
      ...witness
        .logs()
        .map(({ origin, latest }) => visible(`log         ${origin}, ${latest?.size ?? 0} entries`)),
      visible(`witness     ${keys.name}`),
      `serves      ${listening.tls === undefined ? 'http' : 'https'}://${listening.host}:${server.port}`,
      'Ready.',
    ]);
    await stopped;
    await server.stop();
  });
}

async function openWitness(parts: Pick<WitnessOptions, 'folder' | 'keys' | 'logs'>): Promise<Witness> {
  try {
    return await Witness.open({
      ...parts,
      files: nodeFileOperations,
      timeMs: () => Date.now(),
      onConflict: (conflict) => complain(`EVIDENCE: ${describeConflict(conflict)}`),
      onFailure: (error) => complain(`could not store: ${reasonOf(error)}`),
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('could-not', `could not open the state in \`${parts.folder}\`: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function started(options: Parameters<typeof serveWitness>[0]): ReturnType<typeof serveWitness> {
  try {
    return await serveWitness(options);
  } catch (error) {
    throw new Failure(
      'could-not',
      `could not serve on \`${options.host}:${options.port}\`: ${reasonOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

function complain(message: string): void {
  process.stderr.write(`keywitness: ${visible(message)}\n`);
}
