import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateKeyCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { startServer, temporaryFolder } from '../running-server.ts';

const run = promisify(execFile);
const cli = 'packages/cli/src/main.ts';
const usesCount = 9000;
const workers = 16;

/** What an answer in pages is, as far as a forger looks into it. */
interface Pages {
  readonly consistency: readonly unknown[];
  readonly pages: readonly unknown[];
}

function isPages(value: unknown): value is Pages {
  return typeof value === 'object' && value !== null && 'pages' in value && 'consistency' in value;
}

test(
  'more events than one answer can have are proven and exported together, and a page that is gone is missed',
  { timeout: 300_000 },
  async () => {
    await using folder = temporaryFolder();
    await using server = await startServer(folder.path);
    const { administrator: credentials, endpoint } = server;
    assert(credentials !== undefined);
    const kms = new KMSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const use = new GenerateDataKeyCommand({
      KeyId: KeyMetadata?.KeyId,
      KeySpec: 'AES_256',
      EncryptionContext: { customer: '4711' },
    });
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        for (let n = worker; n < usesCount; n += workers) await kms.send(use);
      }),
    );
    const env = {
      ...process.env,
      KEYWITNESS_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const keywitness = async (...args: readonly string[]): Promise<string> => {
      const { stdout } = await run(process.execPath, [cli, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    };
    const [answer, bundle] = [join(folder.path, 'answer.kwa'), join(folder.path, 'case.kwz')];
    const vkey = join(folder.path, 'log.vkey');
    const asset = ['--asset', 'customer=4711', '--from', '1h'];
    const counted = new RegExp(`: ${usesCount} events of the asset`);
    const complete = new RegExp(`^COMPLETE {4}these are all ${usesCount} events of this subject$`, 'm');

    assert.match(await keywitness('audit', 'list', ...asset, '--prove', '-o', answer), counted);
    const proven = await keywitness('audit', 'check', answer, '--key', vkey);
    assert.match(proven, complete);
    assert.match(proven, /^pages {7}3, each complete, each going on where the one before ends$/m);
    const paged: unknown = JSON.parse(readFileSync(answer, 'utf8'));
    assert(isPages(paged));
    for (const gone of paged.pages.keys()) {
      const forged = {
        ...paged,
        pages: paged.pages.toSpliced(gone, 1),
        consistency: paged.consistency.toSpliced(Math.max(0, gone - 1), 1),
      };
      writeFileSync(answer, JSON.stringify(forged));
      await assert.rejects(keywitness('audit', 'check', answer, '--key', vkey), { code: 1 });
    }

    assert.match(await keywitness('evidence', ...asset, '-o', bundle), counted);
    const checked = await keywitness('evidence', 'check', bundle, '--key', vkey);
    assert.match(checked, complete);
    assert.match(checked, /^pdf {9}says what the events say$/m);
    const exports = await keywitness('audit', 'list', '--action', 'audit.export', '--json');
    assert.equal(exports.trim().split('\n').length, 3);
  },
);
