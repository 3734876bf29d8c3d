import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, temporaryFolder } from '../running-server.ts';
import { missing, runClient } from './python-clients.ts';

test(
  'boto3, unmodified, uses the resources of IAM and the sessions of STS',
  { skip: missing('python3') },
  async () => {
    await using folder = temporaryFolder();
    await using server = await startServer(folder.path);
    assert.ok(server.administrator !== undefined);
    const { code, out, error } = runClient(
      'python3',
      ['test/conformance/boto3_iam_client.py'],
      server.endpoint,
      server.administrator,
    );
    assert.equal(code, 0, error);
    assert.deepEqual(JSON.parse(out), {
      users: ['admin', 'ann', 'bob'],
      groups: ['readers'],
      attached: ['list'],
      trust: 'Allow',
      assumed: `arn:aws:sts::${server.account}:assumed-role/crypto/job`,
      keysSeen: 1,
      denied: ['AccessDeniedException', 400],
      missing: ['NoSuchEntity', 404],
      again: ['EntityAlreadyExists', 409],
      inUse: ['DeleteConflict', 409],
      malformed: ['MalformedPolicyDocument', 400],
      after: ['admin', 'bob'],
    });
  },
);
