import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateKeyCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { runKeywitness } from '../../packages/cli/src/testing/run-keywitness.test-kit.ts';
import {
  type RunningCommand,
  startKeywitness,
} from '../../packages/cli/src/testing/running-keywitness.test-kit.ts';
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

type Keywitness = (...args: readonly string[]) => Promise<string>;

/** A mirror of the log, and a policy that asks for it. */
async function startMirror(endpoint: string, file: (name: string) => string): Promise<RunningCommand> {
  const made = await runKeywitness(['witness', 'init', '--dir', file('keys'), '--name', 'm.example/kms']);
  const mirror = ['mirror', '--log', `${endpoint}/log`, '--key', file('log.vkey'), '--to', file('copy')];
  const cosign = ['--cosign', file('keys'), '--listen', '127.0.0.1:0', '--interval', '1'];
  const running = startKeywitness([...mirror, ...cosign]);
  const [, url = ''] = await running.line(/^serves +(http:\S+)$/);
  writeFileSync(file('mirrors'), `witness m ${made.stdout.split('\n')[0] ?? ''} ${url}\nquorum m\n`);
  return running;
}

/** A mirror vouches for every page of an answer, or not for the answer. */
async function vouchForEachPage({
  file,
  asset,
  mirrors,
  complete,
  keywitness,
}: {
  readonly file: (name: string) => string;
  readonly asset: readonly string[];
  readonly mirrors: readonly string[];
  readonly complete: RegExp;
  readonly keywitness: Keywitness;
}): Promise<void> {
  const read = (name: string): Pages => {
    const value: unknown = JSON.parse(readFileSync(file(name), 'utf8'));
    assert(isPages(value));
    return value;
  };
  const check = (name: string): Promise<string> =>
    keywitness('audit', 'check', file(name), '--key', file('log.vkey'), ...mirrors);
  await assert.rejects(check('answer.kwa'), { code: 1, stdout: /page `0`: of the index: / });
  const output = ['-o', file('cosigned.kwa')];
  const cosigned = await keywitness('audit', 'cosign', file('answer.kwa'), ...mirrors, ...output);
  assert.equal(cosigned, 'cosigned by the mirror m.example/kms\n');
  assert.match(await check('cosigned.kwa'), complete);
  const prove = ['--prove', '-o', file('asked.kwa')];
  const asked = await keywitness('audit', 'list', ...asset, ...prove, ...mirrors);
  assert.match(asked, /^cosigned by the mirror m\.example\/kms$/m);
  const vouched = await check('asked.kwa');
  assert.match(vouched, complete);
  assert.match(vouched, /^cosigned {4}m\.example\/kms, /m);
  const whole = read('cosigned.kwa');
  const half = { ...whole, pages: whole.pages.with(1, read('answer.kwa').pages[1]) };
  writeFileSync(file('half.kwa'), JSON.stringify(half));
  await assert.rejects(check('half.kwa'), { code: 1, stdout: /page `1`: of the index: / });
}

test(
  'more events than one answer can have are proven and exported together, and a page that is gone is missed',
  { timeout: 600_000 },
  async () => {
    await using folder = temporaryFolder();
    await using server = await startServer(folder.path, ['--public-log']);
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
    const keywitness: Keywitness = async (...args) => {
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
    const file = (name: string): string => join(folder.path, name);
    await using running = await startMirror(endpoint, file);
    const mirrors = ['--mirrors', file('mirrors')];
    await vouchForEachPage({ file, asset, mirrors, complete, keywitness });

    for (const gone of paged.pages.keys()) {
      const forged = {
        ...paged,
        pages: paged.pages.toSpliced(gone, 1),
        consistency: paged.consistency.toSpliced(Math.max(0, gone - 1), 1),
      };
      writeFileSync(answer, JSON.stringify(forged));
      await assert.rejects(keywitness('audit', 'check', answer, '--key', vkey), { code: 1 });
    }

    const exported = await keywitness('evidence', ...asset, '-o', bundle, ...mirrors);
    assert.match(exported, counted);
    assert.match(exported, /^cosigned by the mirror m\.example\/kms$/m);
    const checked = await keywitness('evidence', 'check', bundle, '--key', vkey, ...mirrors);
    assert.match(checked, complete);
    assert.match(checked, /^pdf {9}says what the events say$/m);
    const exports = await keywitness('audit', 'list', '--action', 'audit.export', '--json');
    assert.equal(exports.trim().split('\n').length, 3);
    assert.equal(await running.stop(), 0);
  },
);
