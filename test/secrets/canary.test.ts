import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateRandomCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { useConsole } from './console-secrets.ts';
import { Receiver } from './receiver.ts';
import { messagesOf, responseFlags, useResponse } from './response-secrets.ts';

/** Bytes that occur nowhere by chance: 24 of them, long enough for any part of an encoding to be told. */
const CANARY = 'canary-7f3a9c-plaintext!';

/** G8: secrets that went through a server, looked for in everything that it wrote or printed. */
test('no secret is found in any file, line, metric or message of a server that has handled it', async () => {
  await using folder = temporaryFolder();
  await using receiver = await Receiver.listen();
  await using server = await startServer(folder.path, responseFlags);
  assert.ok(server.administrator !== undefined);
  const secrets = new Map<string, Uint8Array>([
    ['a plaintext', Buffer.from(CANARY)],
    ['the secret access key', Buffer.from(server.administrator.secretAccessKey)],
  ]);
  await useKeys(server, secrets);
  await misuseKeys(server);
  for (const [name, secret] of await useResponse(server, receiver)) secrets.set(name, secret);
  for (const [name, secret] of await useConsole(server)) secrets.set(name, secret);
  const metrics = await (await fetch(`${server.endpoint}/metrics`)).text();
  // The access key is printed once by design: what is looked through is the rest.
  const printed = server.lines.filter((line) => !line.includes('export AWS_SECRET_ACCESS_KEY=')).join('\n');
  await server.stop();
  const places = new Map<string, Buffer>([
    ['the metrics', Buffer.from(metrics)],
    ['the output', Buffer.from(printed)],
    ['the messages sent', Buffer.from(messagesOf(receiver))],
    ...filesUnder(folder.path).map((path): [string, Buffer] => [path, readFileSync(path)]),
  ]);
  assert.ok(places.size > 8, `only ${places.size} places were looked through`);
  for (const name of ['alerts.db', 'notifications.db', 'remediation.db']) {
    assert.ok(places.has(join(folder.path, name)), `there is no \`${name}\``);
  }
  const events = readFileSync(join(folder.path, 'keywitness.db'));
  assert.ok(events.includes('"customer":"4711"'), 'the record itself was not looked through');
  for (const [place, bytes] of places) {
    for (const [name, secret] of secrets) {
      for (const form of formsOf(secret)) assert.ok(!bytes.includes(form), `${name} is in ${place}`);
    }
  }
});

/** Uses keys as they are meant to be used, and notes every secret that came back. */
async function useKeys(server: RunningServer, secrets: Map<string, Uint8Array>): Promise<void> {
  const kms = clientOf(server);
  const context = { customer: '4711' };
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  const sealed = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from(CANARY), EncryptionContext: context }),
  );
  await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context }));
  const moved = await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: sealed.CiphertextBlob,
      SourceEncryptionContext: context,
      DestinationKeyId: KeyId,
    }),
  );
  const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
  const random = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 32 }));
  secrets.set('a ciphertext', (sealed.CiphertextBlob ?? new Uint8Array()).subarray(50, 90));
  secrets.set('a ciphertext that was made anew', (moved.CiphertextBlob ?? new Uint8Array()).subarray(50, 90));
  secrets.set('a data key', dataKey.Plaintext ?? new Uint8Array());
  secrets.set('random bytes', random.Plaintext ?? new Uint8Array());
  for (const [name, secret] of secrets) assert.ok(secret.length >= 16, name);
  kms.destroy();
}

/** Sends secrets where they do not belong: none of the errors may hand them on. */
async function misuseKeys(server: RunningServer): Promise<void> {
  const kms = clientOf(server);
  const bytes = Buffer.from(CANARY);
  await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob: bytes })));
  await assert.rejects(kms.send(new EncryptCommand({ KeyId: 'alias/none', Plaintext: bytes })));
  kms.destroy();
  for (const [path, body] of [
    ['/', `{"Plaintext":"${CANARY}`],
    ['/v1/events', CANARY],
    ['/elsewhere?token=x', CANARY],
  ] as const) {
    const headers = {
      authorization: CANARY,
      'x-amz-target': 'TrentService.Encrypt',
      'x-amz-security-token': CANARY,
    };
    const response = await fetch(`${server.endpoint}${path}`, { method: 'POST', headers, body });
    assert.ok(response.status >= 400);
    assert.ok(!(await response.text()).includes(CANARY), path);
  }
}

function clientOf(server: RunningServer): KMSClient {
  assert.ok(server.administrator !== undefined);
  const { endpoint, administrator: credentials } = server;
  return new KMSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** The ways in which bytes are written: raw, hexadecimal, and base64 in each of its three alignments. */
function formsOf(secret: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .slice(4, -4),
    ),
  );
  return [bytes, Buffer.from(hex), Buffer.from(hex.toUpperCase()), ...base64];
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}
