import type { Command } from 'commander';
import type { ApiClient, CertificateSummary } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';
import { printRecords, printTable } from './records.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface RegisterOptions extends Options {
  readonly cert?: string;
  readonly description?: string;
  readonly sha256?: string;
}

interface SwitchOptions extends Options {
  readonly force?: true;
}

type Switch = (
  client: ApiClient,
  sha256: string,
  force: { readonly force?: true },
) => Promise<CertificateSummary>;

/** `keywitness admin certificate`. */
export function addCertificateCommands(admin: Command): void {
  const certificate = admin
    .command('certificate')
    .description('TLS client certificates that stand for principals.');
  addRegister(certificate);
  addList(certificate);
  addDisable(certificate);
  addEnable(certificate);
  addDelete(certificate);
}

function addRegister(parent: Command): void {
  const command = parent
    .command('register')
    .summary('let a certificate stand for a principal')
    .description(
      'Lets a TLS client certificate stand for a principal: who connects with it and does not sign acts as that ' +
        'principal. The service must trust the CA that issued it.',
    )
    .argument('<principal>', 'name of the principal')
    .option('--cert <file>', 'the certificate, in PEM')
    .option('--sha256 <hash>', 'or its SHA-256 fingerprint')
    .option('--description <text>', 'where it is used')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness admin certificate register billing --cert billing.pem --description 'rack 7'`,
    )
    .action(async (principalName: string, options: RegisterOptions) => {
      const named = certificateOf(options);
      const client = await connect(options);
      const description = options.description === undefined ? {} : { description: options.description };
      const certificate = await client.certificates.register({ principalName, ...named, ...description });
      await printRecords([certificate], options.json);
    });
}

function certificateOf({
  cert,
  sha256,
}: RegisterOptions): { readonly pem: string } | { readonly sha256: string } {
  if (cert !== undefined && sha256 === undefined) return { pem: readText(cert) };
  if (cert === undefined && sha256 !== undefined) return { sha256 };
  throw new Failure('usage', 'say which certificate it is, with --cert or with --sha256');
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .summary('list the certificates')
    .description('Lists the certificates that stand for principals of the account.')
    .option('--json', 'one certificate a line, as JSON');
  withConnectionOptions(command).action(async (options: Options) => {
    const client = await connect(options);
    const certificates = await Array.fromAsync(client.certificates.list());
    await printTable(
      certificates,
      ['sha256', 'disabled', 'createdAt', 'description', 'principalArn'],
      options.json,
    );
  });
}

function addDisable(parent: Command): void {
  const command = parent
    .command('disable')
    .summary('refuse a certificate')
    .description(
      'Disables a certificate. Once this is answered, nothing that comes over it is done, nor anything in a session ' +
        'that was got with it.',
    )
    .argument('<sha256>', 'its SHA-256 fingerprint')
    .option('--force', 'even if nobody could undo it');
  addSwitch(command, (client, sha256, force) => client.certificates.disable(sha256, force));
}

function addEnable(parent: Command): void {
  const command = parent
    .command('enable')
    .summary('undo disabling a certificate')
    .description('Enables a certificate that was disabled.')
    .argument('<sha256>', 'its SHA-256 fingerprint');
  addSwitch(command, (client, sha256) => client.certificates.enable(sha256));
}

function addDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .summary('forget a certificate')
    .description('Deletes a certificate: it stands for nobody any more. What it did stays on the record.')
    .argument('<sha256>', 'its SHA-256 fingerprint')
    .option('--force', 'even if nobody could undo it');
  addSwitch(command, (client, sha256, force) => client.certificates.delete(sha256, force));
}

function addSwitch(command: Command, perform: Switch): void {
  withConnectionOptions(command.option('--json', 'as JSON')).action(
    async (sha256: string, options: SwitchOptions) => {
      const client = await connect(options);
      const force = options.force === undefined ? {} : { force: options.force };
      await printRecords([await perform(client, plainHash(sha256), force)], options.json);
    },
  );
}

/** Tools write fingerprints with colons and in capitals. */
function plainHash(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
