import { type ApiClient, createApiClient, type SessionCredentials } from '@keywitness/api';
import { type Command, InvalidArgumentError } from 'commander';
import { connect, type ConnectionOptions, findService, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { readBytes } from '../files/index.ts';
import { printLines } from '../terminal/index.ts';
import { certificateFetch } from './certificate-fetch.ts';

interface CredentialsOptions extends ConnectionOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly duration?: number;
}

/** `keywitness credentials`. */
export function addCredentialsCommand(program: Command): void {
  const command = program
    .command('credentials')
    .summary('print short-lived credentials, as a credential_process does')
    .description(
      'Gets short-lived credentials of whom a client certificate or an access key stands for, and prints them as ' +
        "AWS's tools expect it of a credential_process.",
    )
    .option('--cert <file>', 'client certificate, in PEM')
    .option('--key <file>', 'its private key, in PEM')
    .option('--duration <seconds>', 'how long they work, 900 to 43200; an hour otherwise', readSeconds);
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness credentials --endpoint https://kms.example.com:7443 --cert billing.pem --key billing.key`,
    )
    .action(async (options: CredentialsOptions) => {
      const client = await clientOf(options);
      const asked = options.duration === undefined ? {} : { durationSeconds: options.duration };
      await printLines([processCredentials(await client.sessions.create(asked))]);
    });
}

async function clientOf(options: CredentialsOptions): Promise<ApiClient> {
  const { cert, key } = options;
  if (cert === undefined && key === undefined) return connect(options);
  if (cert === undefined || key === undefined) {
    throw new Failure('usage', 'a client certificate takes both --cert and --key');
  }
  const identity = { cert: readBytes(cert), key: readBytes(key) };
  const { endpoint } = await findService(options);
  if (!endpoint.startsWith('https:')) {
    throw new Failure(
      'usage',
      `the endpoint \`${endpoint}\` is not https, where a certificate could be shown`,
    );
  }
  return createApiClient({
    endpoint,
    region: 'us-east-1',
    credentials: () => Promise.resolve(undefined),
    fetch: certificateFetch(identity),
  });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d{3,5}$/.test(text) && seconds >= 900 && seconds <= 43_200) return seconds;
  throw new InvalidArgumentError('a duration is 900 to 43200 seconds.');
}

/** What AWS's own tools read from the output of a `credential_process`. */
function processCredentials({
  accessKeyId,
  expiresAt,
  secretAccessKey,
  sessionToken,
}: SessionCredentials): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAt,
  });
}
