import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { checkBundle } from '@keywitness/console';
import { formatVerifierKey, keyTypes, readZip } from '@keywitness/log';
import { unzipSync, zipSync } from 'fflate';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { findBrowser, openPage } from './browser.ts';

const run = promisify(execFile);
const cli = 'packages/cli/src/main.ts';
const EncryptionContext = { customer: '4711' };

/** A service with some history, and a bundle that was exported from it. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: RunningServer;
let bundle: string;
let vkey: string;

before(async () => {
  folder = temporaryFolder();
  server = await startServer(folder.path);
  const credentials = server.administrator;
  assert(credentials !== undefined);
  const kms = new KMSClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from('text'), EncryptionContext }),
  );
  await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
  await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  bundle = join(folder.path, 'case.kwz');
  vkey = join(folder.path, 'log.vkey');
  const exported = await keywitness([
    'evidence',
    'export',
    '--asset',
    'customer=4711',
    '--from',
    '1h',
    '-o',
    bundle,
  ]);
  assert.deepEqual([exported.code, exported.stderr], [0, '']);
  assert.match(exported.stdout, /: 3 events of the asset customer=4711/);
});

after(async () => {
  await server.stop();
  await folder[Symbol.asyncDispose]();
});

async function keywitness(
  args: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { administrator, endpoint } = server;
  const env = {
    ...process.env,
    KEYWITNESS_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: administrator?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administrator?.secretAccessKey,
  };
  try {
    return { code: 0, ...(await run(process.execPath, [cli, ...args], { env })) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

/** The bundle with one file changed, or without it. */
function tampered(name: string, bytes: Uint8Array | undefined): string {
  const files = new Map(Object.entries(unzipSync(readFileSync(bundle))));
  if (bytes === undefined) files.delete(name);
  else files.set(name, Uint8Array.from(bytes));
  const file = join(folder.path, 'tampered.kwz');
  writeFileSync(file, zipSync(Object.fromEntries(files)));
  return file;
}

test('a bundle holds offline, and says who exported it; the export and its reading are on the record', async () => {
  const check = await keywitness(['evidence', 'check', bundle, '--key', vkey]);
  assert.equal(check.code, 0, check.stdout + check.stderr);
  assert.match(check.stdout, /^exported {4}by arn:aws:iam::\d{12}:user\/\S+ at 20/m);
  assert.match(check.stdout, /^policies {4}[1-9]\d* that decided are here; 0 are named and are not$/m);
  assert.match(check.stdout, /^COMPLETE {4}these are all 3 events of this subject$/m);
  assert.match(check.stdout, /^leases {6}after 2 of them /m);
  for (const [action, texts] of [
    ['audit.export', ['customer=4711']],
    ['audit.document', ['documentSha256']],
  ] as const) {
    const { stdout } = await keywitness(['audit', 'list', '--action', action, '--json']);
    for (const text of [action, ...texts]) assert(stdout.includes(text), `${action}: ${stdout}`);
  }
});

test('a tampered bundle fails, and the part that does not hold is named', async () => {
  const parts = await readZip(readFileSync(bundle));
  for (const [name, bytes] of parts) {
    const changed = Uint8Array.from(bytes);
    changed[20] = (changed[20] ?? 0) ^ 1;
    const verdict = await checkBundle(readFileSync(tampered(name, changed)), readFileSync(vkey, 'utf8'));
    assert.deepEqual([verdict.holds, verdict.part], [false, name]);
    const without = await checkBundle(readFileSync(tampered(name, undefined)), readFileSync(vkey, 'utf8'));
    assert.deepEqual([without.holds, without.part], [false, name]);
  }
  const check = await keywitness([
    'evidence',
    'check',
    tampered('report.html', Buffer.from('x')),
    '--key',
    vkey,
  ]);
  assert.equal(check.code, 1);
  assert.match(check.stdout, /^part {8}report\.html$/m);
  assert.match(check.stdout, /^FAILED /m);
  const cut = join(folder.path, 'cut.kwz');
  writeFileSync(cut, readFileSync(bundle).subarray(0, -1));
  const torn = await keywitness(['evidence', 'check', cut, '--key', vkey]);
  assert.deepEqual([torn.code, /^part +the archive$/m.test(torn.stdout)], [1, true]);
  assert.equal((await keywitness(['evidence', 'check', join(folder.path, 'none'), '--key', vkey])).code, 2);
});

test('a page that is asked for witnesses or mirrors who have not cosigned finds that they have not', async () => {
  const [archive, keys] = [readFileSync(bundle), readFileSync(vkey, 'utf8')];
  const nobody = formatVerifierKey('nobody.example', keyTypes.ed25519Cosignature, new Uint8Array(32).fill(9));
  const log = keys.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const policy = (quorum: string): string =>
    [...log.map((key) => `log ${key}`), `witness w ${nobody}`, `quorum ${quorum}`].join('\r\n');
  const plain = await checkBundle(archive, keys);
  assert.deepEqual([plain.holds, plain.unchecked.length], [true, 3]);
  assert.match(plain.unchecked.join('\n'), /^Witnesses: none[\s\S]*^Mirrors: none[\s\S]*^report\.pdf/m);
  assert((await checkBundle(archive, policy('none'))).holds);
  const witnessed = await checkBundle(archive, policy('w'));
  assert.deepEqual([witnessed.holds, witnessed.part], [false, 'checkpoint.txt']);
  const mirrored = await checkBundle(archive, keys, `# a mirror\n${nobody}\n`);
  assert.deepEqual([mirrored.holds, mirrored.part], [false, 'answer.kwa']);
  const ruled = await checkBundle(archive, keys, `witness m ${nobody}\r\nquorum m`);
  assert.deepEqual([ruled.holds, ruled.part], [false, 'answer.kwa']);
  const unasked = await checkBundle(archive, keys, `witness m ${nobody}\nquorum none`);
  assert.match(unasked.unchecked.join('\n'), /^Mirrors: none/m);
  for (const bad of ['', 'no key', `witness w ${nobody}\nquorum w\n`, `${keys}quorum`]) {
    assert.deepEqual((await checkBundle(archive, bad)).part, 'the keys', bad);
  }
});

test('other tools read a bundle as a ZIP archive', async (t) => {
  try {
    const { stdout } = await run('python3', ['-m', 'zipfile', '-t', bundle]);
    assert.match(stdout, /^Done testing/m);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    t.skip('not run: there is no python3');
  }
});

test('the page checks a bundle in a browser that has nothing else, and asks nobody for anything', async (t) => {
  const browser = findBrowser();
  if (browser === undefined) {
    t.skip('not run: there is no Chromium');
    return;
  }
  const file = join(folder.path, 'verify.html');
  await run(process.execPath, ['scripts/verify-page.ts', file]);
  const profile = join(folder.path, 'profile');
  const url = pathToFileURL(file).href;
  await using page = await openPage(browser, profile, url);
  const settled = (state: string): Promise<unknown> =>
    page.evaluate(`new Promise((resolve, reject) => {
      const section = document.querySelector('#verdict');
      const look = () => { if (section.dataset.state === '${state}') resolve(section.innerText); };
      new MutationObserver(look).observe(section, { attributes: true, childList: true });
      setTimeout(() => reject(new Error(section.dataset.state + ': ' + section.innerText)), 20000);
      look();
    })`);
  await page.choose('#key', vkey);
  await page.drop([bundle]);
  assert.match(
    String(await settled('holds')),
    /case\.kwz holds[\s\S]*none was left out[\s\S]*What was not checked/,
  );
  assert.equal(
    await page.evaluate(`document.querySelector('iframe').srcdoc.includes('customer=4711')`),
    true,
  );
  const other = unzipSync(readFileSync(bundle))['answer.kwa'] ?? Buffer.alloc(0);
  await page.drop([
    tampered('answer.kwa', Buffer.from(Buffer.from(other).toString().replace('"count":3', '"count":2'))),
  ]);
  assert.match(String(await settled('fails')), /does not hold: answer\.kwa/);
  assert.deepEqual(
    page.requests.filter(
      (each) => each !== url && !each.startsWith('data:text/javascript') && each !== 'about:srcdoc',
    ),
    [],
  );
});
