import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { missing } from '../conformance/python-clients.ts';
import { startServer, temporaryFolder } from '../running-server.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TIMEOUT_MS = 120_000;
const BILLING_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }],
};
const PLAYBOOK = {
  rules: ['mass-decrypt'],
  steps: [{ action: 'disable-credential' }],
  mode: 'propose',
};

/** The shell examples of the README, in order; the first one is about starting the server. */
function examples(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '').slice(1);
}

/**
 * What a reader fills in, filled in: the endpoint and the access key that were printed, the key's id, an event's id.
 * Live output ends after a moment.
 */
function filledIn(
  example: string,
  endpoint: string,
  key: { accessKeyId: string; secretAccessKey: string },
): string {
  return (
    example
      .replace('http://127.0.0.1:7443', endpoint)
      .replace('AWS_ACCESS_KEY_ID=...', `AWS_ACCESS_KEY_ID=${key.accessKeyId}`)
      .replace('AWS_SECRET_ACCESS_KEY=...', `AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`)
      .replace(
        /^(aws kms create-key [^#\n]*?) *(#.*)?$/m,
        'KEY_ID=$($1 --query KeyMetadata.KeyId --output text)',
      )
      .replace('--target-key-id KEY_ID', '--target-key-id $KEY_ID')
      .replaceAll(
        / EVENT\b/g,
        ' $(keywitness audit list --oldest --limit 1 --json | grep -o \'"id":"[^"]*"\' | head -1 | cut -d\'"\' -f4)',
      )
      .replace(/^(npx keywitness audit tail).*$/m, 'timeout 3 $1 || test $? = 124')
      .replace('create-access-key --user-name billing', 'create-access-key --user-name billing > billing.txt')
      .replace('disable AKIA...', "disable $(grep -o 'AKIA[A-Z0-9]*' billing.txt | head -1)")
      // Nothing was remediated yet: it is refused, as it should be.
      .replace(/^(npx keywitness remediations undo REMEDIATION).*$/m, '! $1')
      .replaceAll('npx keywitness', 'keywitness')
      .replaceAll('data/', '"$DATA"/')
  );
}

test('the examples of the README work as they stand there', { skip: missing('aws') }, async () => {
  await using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  await using server = await startServer(data);
  assert.ok(server.administrator !== undefined);
  const programs = join(folder.path, 'programs');
  mkdirSync(programs);
  writeFileSync(
    join(programs, 'keywitness'),
    `#!/bin/sh\nexec node '${ROOT}/packages/cli/bin/keywitness.mjs' "$@"\n`,
  );
  chmodSync(join(programs, 'keywitness'), 0o755);
  writeFileSync(join(folder.path, 'billing.json'), JSON.stringify(BILLING_POLICY));
  writeFileSync(join(folder.path, 'slack-url.txt'), 'https://hooks.slack.com/services/T0/B0/x\n');
  writeFileSync(join(folder.path, 'contain.json'), JSON.stringify(PLAYBOOK));
  const found = examples();
  assert.ok(found.length >= 4, `only ${found.length} examples were read`);
  const { administrator } = server;
  const script = found.map((example) => filledIn(example, server.endpoint, administrator)).join('\n');
  const run = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder.path,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: {
      PATH: `${programs}:${join(ROOT, '.build/python/bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder.path,
      DATA: data,
    },
  });
  assert.equal(run.status, 0, `${run.stderr}\n${run.stdout}`);
  assert.match(run.stdout, /"Plaintext": "aGVsbG8="/);
  assert.match(run.stdout, /key\.decrypt .*customer=4711/);
  assert.match(run.stdout, /VERIFIED/);
  assert.match(run.stdout, /PROVEN/);
});
