/**
 * The story of Keywitness, told in a terminal with the real server, the real AWS SDK and the real command line, on a
 * temporary folder: `npm run demo`. Exits with 0 when all of it came true.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  KMSServiceException,
} from '@aws-sdk/client-kms';
import { type AccessKey, type DemoServer, startDemoServer } from './demo-server.ts';
import { keywitness, type KeywitnessPlace, keywitnessQuietly } from './keywitness.ts';
import { chapter, command, expect, output, tell } from './narrator.ts';
import { copyLog, flipByteOf } from './tampering.ts';

const secrets = { 4711: 'the files of Ada', 4712: 'the files of Bob' } as const;
type Customer = keyof typeof secrets;

/** What the chapters hand on to one another. */
interface Story {
  readonly server: DemoServer;
  readonly place: KeywitnessPlace;
  readonly application: KMSClient;
}

async function tellStory(folder: string): Promise<void> {
  await tellOfService(folder);
  await tellOfFiles({ ...nowhere, folder: join(folder, 'data') });
}

/** The chapters that need the service. */
async function tellOfService(folder: string): Promise<void> {
  await chapter('A key management service of your own');
  command('npm start');
  await using server = await startDemoServer(join(folder, 'data'));
  tell(`It serves on ${server.endpoint}; everything it knows lies in ${folder}.`);
  const place = { ...server, accessKey: server.administrator, folder: join(folder, 'data') };
  const story = { server, place, application: kmsClient(server, server.administrator) };
  const ciphertext = await useKey(story);
  const deniedEvent = await beDenied(story, ciphertext);
  await askWhoDidIt(story, deniedEvent);
  await proveOne(story, deniedEvent);
  story.application.destroy();
}

/** The chapters that need nothing but files: the service is stopped. */
async function tellOfFiles(place: KeywitnessPlace): Promise<void> {
  await verifyAll(place);
  await tamper(place);
}

const nowhere = {
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accessKey: { accessKeyId: '', secretAccessKey: '' },
};

function kmsClient(server: DemoServer, credentials: AccessKey): KMSClient {
  const { endpoint, region } = server;
  return new KMSClient({ endpoint, region, credentials, maxAttempts: 1 });
}

async function useKey({ application }: Story): Promise<Uint8Array> {
  await chapter('An application uses a key, with the AWS SDK as it is');
  command("aws kms create-key --description 'customer files'");
  const { KeyMetadata } = await application.send(new CreateKeyCommand({ Description: 'customer files' }));
  const keyId = KeyMetadata?.KeyId ?? '';
  tell(`key ${keyId}`);
  command(`aws kms create-alias --alias-name alias/files --target-key-id ${keyId}`);
  await application.send(new CreateAliasCommand({ AliasName: 'alias/files', TargetKeyId: keyId }));
  const ciphertext = await encryptFor(application, 4711);
  await encryptFor(application, 4712);
  command('aws kms decrypt --ciphertext-blob ... --encryption-context customer=4711');
  const plaintext = await decryptFor(application, 4711, ciphertext);
  tell(`"${plaintext}"`);
  expect(plaintext === secrets[4711], 'decrypting gives back what was encrypted');
  return ciphertext;
}

async function encryptFor(application: KMSClient, customer: Customer): Promise<Uint8Array> {
  command(`aws kms encrypt --key-id alias/files --plaintext ... --encryption-context customer=${customer}`);
  const { CiphertextBlob } = await application.send(
    new EncryptCommand({
      KeyId: 'alias/files',
      Plaintext: Buffer.from(secrets[customer]),
      EncryptionContext: { customer: String(customer) },
    }),
  );
  expect(CiphertextBlob !== undefined, 'encrypting gives a ciphertext');
  return CiphertextBlob ?? new Uint8Array(0);
}

async function decryptFor(client: KMSClient, customer: Customer, ciphertext: Uint8Array): Promise<string> {
  const { Plaintext } = await client.send(
    new DecryptCommand({ CiphertextBlob: ciphertext, EncryptionContext: { customer: String(customer) } }),
  );
  return Buffer.from(Plaintext ?? []).toString('utf8');
}

async function beDenied({ server, place }: Story, ciphertext: Uint8Array): Promise<string> {
  await chapter('Somebody without rights tries');
  const created = keywitness(place, ['admin', 'principal', 'create', 'intern']);
  expect(created.code === 0, 'a principal is created');
  // The output holds the secret of the new access key, so it is not shown.
  command('npx keywitness admin credential create intern >> ~/.aws/credentials');
  const profile = keywitnessQuietly(place, ['admin', 'credential', 'create', 'intern']).stdout;
  const intern = kmsClient(server, readAccessKey(profile));
  command('aws --profile intern kms decrypt --ciphertext-blob ... --encryption-context customer=4711');
  const refusal = await decryptFor(intern, 4711, ciphertext).catch((error: unknown) => error);
  intern.destroy();
  if (!(refusal instanceof KMSServiceException) || refusal.name !== 'AccessDeniedException') {
    throw new Error(`the story did not come true: the intern was answered \`${String(refusal)}\``);
  }
  output(String(refusal));
  const deniedEvent = refusal.$response?.headers['x-keywitness-event-id'] ?? '';
  tell(`The answer came with the id of its event on the record: ${deniedEvent}`);
  return deniedEvent;
}

function readAccessKey(profile: string): AccessKey {
  const value = (name: string): string => new RegExp(`^${name} = (.+)$`, 'm').exec(profile)?.[1] ?? '';
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
}

async function askWhoDidIt({ place }: Story, deniedEvent: string): Promise<void> {
  await chapter('Who accessed customer 4711?');
  const { stdout } = keywitness(place, ['audit', 'list', '--asset', 'customer=4711', '--oldest', '--utc']);
  const rows = stdout.trimEnd().split('\n').slice(1);
  const found = rows.map((row) =>
    /(admin|intern) .*(key\.\w+) .*(success|denied)/.exec(row)?.slice(1, 4).join(' '),
  );
  expect(
    found.join(', ') === 'admin key.encrypt success, admin key.decrypt success, intern key.decrypt denied',
    'the record has two uses and one denied attempt, and nothing of customer 4712',
  );
  const shown = keywitness(place, ['audit', 'show', deniedEvent, '--utc'], 9).stdout;
  expect(/^why .* denied because no /m.test(shown), 'the record says why the intern was denied');
}

async function proveOne({ place }: Story, deniedEvent: string): Promise<void> {
  await chapter('Prove it to somebody who has nothing but the public key of the log');
  const proof = keywitness(place, ['log', 'prove', deniedEvent, '--out', 'proof.txt']);
  expect(proof.code === 0, 'the event can be proven');
  const checked = keywitness(place, ['log', 'check', 'proof.txt', '--key', 'log.vkey'], 5);
  expect(checked.code === 0 && checked.stdout.includes('PROVEN'), 'the proof holds');
}

async function verifyAll(place: KeywitnessPlace): Promise<void> {
  await chapter('Check the whole log, offline: the service is stopped');
  const verified = keywitness(place, ['log', 'verify', 'log', '--key', 'log.vkey']);
  expect(verified.code === 0 && verified.stdout.includes('VERIFIED'), 'the log is verified');
}

async function tamper(place: KeywitnessPlace): Promise<void> {
  await chapter('Somebody who owns the disk rewrites history');
  command('cp -r log copy');
  copyLog(place.folder);
  const { file, offset } = flipByteOf(join(place.folder, 'copy'), '"outcome":"denied"');
  tell(`One bit of byte ${offset} of copy/${file} is flipped, in "outcome":"denied".`);
  const failed = keywitness(place, ['log', 'verify', 'copy', '--key', 'log.vkey']);
  const range = /`(?<file>[^`]+)` bytes (?<start>\d+)\.\.(?<end>\d+)/.exec(failed.stdout)?.groups;
  expect(failed.code === 1 && failed.stdout.includes('FAILED'), 'the verification fails');
  expect(
    range?.['file'] === file && Number(range['start']) <= offset && offset < Number(range['end']),
    'the verification names the bytes that were changed',
  );
  tell('It was noticed, and the bytes are named.');
}

async function main(): Promise<void> {
  const startedMs = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  await tellStory(folder);
  console.log(`\nThe story came true, in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`keywitness demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
