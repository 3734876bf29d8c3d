import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { type AnswerQuery, type ApiClient, createApiClient } from '@keywitness/api';
import { type AnswerVerdict, parseLogKeys, verifyAnswer, verifyIndex } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { type AccessKey, type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const EncryptionContext = { customer: '4711' };

/** A service as an application and an auditor see it. */
interface Clients {
  readonly kms: KMSClient;
  readonly api: ApiClient;
}

function clientsOf(server: RunningServer, credentials: AccessKey): Clients {
  const region = 'us-east-1';
  const { endpoint } = server;
  return {
    kms: new KMSClient({ endpoint, region, credentials, maxAttempts: 1 }),
    api: createApiClient({ endpoint, region, credentials: () => Promise.resolve(credentials) }),
  };
}

async function answerOf(
  api: ApiClient,
  folder: string,
  query: AnswerQuery,
): Promise<Extract<AnswerVerdict, { ok: true }>> {
  const verdict = verifyAnswer({
    answer: await api.getAnswer(query),
    trustedKeys: parseLogKeys(readFileSync(join(folder, 'log.vkey'), 'utf8')),
    crypto: nodeCrypto,
  });
  assert(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
  return verdict;
}

function actionsOf({ entries }: Extract<AnswerVerdict, { ok: true }>): readonly string[] {
  return entries.map(
    ({ entry }) => /"action":"([\w.-]+)"/.exec(Buffer.from(entry).toString('utf8'))?.[1] ?? '',
  );
}

/** G4 on a running service: what is answered is complete, and holds without the service. */
test('complete answers are given at once, and after a crash, and a mirror computes the same index', async () => {
  await using folder = temporaryFolder();
  const first = await startServer(folder.path);
  const credentials = first.administrator;
  assert(credentials !== undefined);
  const { kms, api } = clientsOf(first, credentials);
  const created = await kms.send(new CreateKeyCommand({}));
  const KeyId = created.KeyMetadata?.KeyId;
  assert(KeyId !== undefined);
  const sealed = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from('text'), EncryptionContext }),
  );
  await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
  const { CiphertextBlob } = sealed;
  await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  await assert.rejects(
    kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { customer: '4712' } })),
  );
  const asset = { name: 'customer', value: '4711' };
  const uses = ['key.encrypt', 'key.generate-data-key', 'key.decrypt'];
  assert.deepEqual(actionsOf(await answerOf(api, folder.path, { asset })), uses);
  const ofKey = await answerOf(api, folder.path, { key: KeyId });
  assert.deepEqual(actionsOf(ofKey).slice(0, 4), ['key.create', ...uses]);
  const nobody = 'arn:aws:iam::111122223333:user/nobody';
  const never = await answerOf(api, folder.path, { key: KeyId, principal: nobody });
  assert.deepEqual([never.count, never.entries], [0, []]);
  await first.stop('SIGKILL');
  await using second = await startServer(folder.path);
  const again = clientsOf(second, credentials);
  await again.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  const later = await answerOf(again.api, folder.path, { asset });
  assert.deepEqual(actionsOf(later), [...uses, 'key.decrypt']);
  assert(later.checkpoint.size > ofKey.checkpoint.size);
  await second.stop();
  const keys = parseLogKeys(readFileSync(join(folder.path, 'log.vkey'), 'utf8'));
  const index = await verifyIndex({
    fetch: directoryFetch(join(folder.path, 'log')),
    keys,
    crypto: nodeCrypto,
  });
  assert(index.ok, index.ok ? '' : index.reasons.join());
});
