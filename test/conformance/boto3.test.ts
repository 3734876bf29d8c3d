import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, temporaryFolder } from '../running-server.ts';
import { missing, runClient } from './python-clients.ts';

test('boto3, unmodified, uses keys and reads errors', { skip: missing('python3') }, async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  assert.ok(server.administrator !== undefined);
  const { code, out, error } = runClient(
    'python3',
    ['test/conformance/boto3_client.py'],
    server.endpoint,
    server.administrator,
  );
  assert.equal(code, 0, error);
  assert.deepEqual(JSON.parse(out), {
    arn: `arn:aws:iam::${server.account}:user/admin`,
    zone: 'True',
    wrongContext: ['InvalidCiphertextException', 400, true],
    unknownKey: ['NotFoundException', 400, true],
    unsupported: ['UnsupportedOperationException', 400, true],
    dryRun: ['DryRunOperationException', 400, true],
  });
});
