import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describeConflict } from '../evidence/index.ts';
import { Failure, reasonOf } from '../failure.ts';
import { nodeFileOperations, readBytes, withLockedFolder } from '../files/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readTrustedKeys } from '../trust/index.ts';
import { Witness, type WitnessOptions } from './witness.ts';
import { readWitnessKeys } from './witness-keys.ts';
import { serveWitness } from './witness-server.ts';

interface ServeOptions {
  readonly dir: string;
  readonly logKey: readonly string[];
  readonly listen: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly rate: string;
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
  const { host, port } = readAddress(options.listen);
  const requestsPerSecond = readRate(options.rate);
  const folder = resolve(options.dir);
  const keys = readWitnessKeys(folder);
  const logs = options.logKey.map(readTrustedKeys);
  const tls = readTls(options);
  await withLockedFolder(folder, async () => {
    const witness = await openWitness({ folder, keys, logs });
    const server = await listening({ witness, host, port, requestsPerSecond, ...tls });
    const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    await printLines([
      ...witness
        .logs()
        .map(({ origin, latest }) => visible(`log         ${origin}, ${latest?.size ?? 0} entries`)),
      visible(`witness     ${keys.name}`),
      `serves      ${tls === undefined ? 'http' : 'https'}://${host}:${server.port}`,
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

async function listening(options: Parameters<typeof serveWitness>[0]): ReturnType<typeof serveWitness> {
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

function readAddress(listen: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):([0-9]{1,5})$/.exec(listen) ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    throw new Failure('usage', `\`${listen}\` is not an address and a port`);
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function readRate(rate: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(rate)) throw new Failure('usage', `\`${rate}\` is not a number of requests`);
  return Number(rate);
}

function readTls({
  tlsCert,
  tlsKey,
}: ServeOptions): { readonly tls: { cert: Buffer; key: Buffer } } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Failure('usage', 'TLS takes both `--tls-cert` and `--tls-key`');
  }
  return { tls: { cert: readBytes(tlsCert), key: readBytes(tlsKey) } };
}
