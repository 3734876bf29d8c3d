import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startServer, temporaryFolder } from '../running-server.ts';

const run = promisify(execFile);

test('a company is founded, its traffic and all stories are played, and played again with the same keys', async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path, ['--trusted-proxies', '127.0.0.1']);
  const env = {
    ...process.env,
    KEYWITNESS_ENDPOINT: server.endpoint,
    AWS_ACCESS_KEY_ID: server.administrator?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.administrator?.secretAccessKey,
  };
  const keywitness = async (...args: string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, ['packages/cli/bin/keywitness.mjs', ...args], { env });
    return stdout;
  };
  const play = ['demo', 'traffic', '--requests', '120', '--rate', '1000', '--stories', '15', '--forward'];
  const first = await keywitness(...play);
  assert.match(first, /^The company has 8 keys and 10 identities\.$/m);
  for (const story of ['rotation', 'grant', 'deletion', 'stolen', 'mass decrypt', 'loosened', 'disabled']) {
    assert.match(first, new RegExp(`^[-0-9T:.Z]+ ${story}.*: `, 'm'));
  }
  assert.match(first, /success \d{2,}/);
  const stolen = await keywitness(
    'audit',
    'list',
    '--source',
    '203.0.113.66',
    '--outcome',
    'denied',
    '--json',
  );
  assert(stolen.split('\n').length > 5);
  // Incidents are opened after the answers that they come from.
  while (!(await keywitness('incidents', 'list', '--json')).includes('"rule":"policy-loosened"'));
  assert.match(await keywitness(...play.slice(0, 4), '--rate', '1000'), /^The company has 8 keys/m);
  const created = await keywitness('audit', 'list', '--action', 'key.create', '--json');
  assert.equal(created.trim().split('\n').length, 8);
  await assert.rejects(keywitness('demo', 'traffic', '--rate', '0'), /no number above 0/);
  await assert.rejects(keywitness('demo', 'traffic', '--requests', '-1'), /no whole number/);
});
