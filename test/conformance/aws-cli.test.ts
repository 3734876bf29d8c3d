import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { missing, runClient } from './python-clients.ts';

const HELLO = 'hello';
const HELLO_BASE64 = Buffer.from(HELLO).toString('base64');

suite('the AWS CLI, unmodified', { skip: missing('aws') }, () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let keyId: string;

  before(async () => {
    server = await startServer(folder.path);
    keyId = aws(
      'kms',
      'create-key',
      '--description',
      'customer files',
      '--query',
      'KeyMetadata.KeyId',
      '--output',
      'text',
    );
  });

  after(async () => {
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  /** Runs a command that must succeed, and answers what it printed. */
  function aws(...args: readonly string[]): string {
    const { code, out, error } = run(args);
    assert.equal(code, 0, error);
    return out.trim();
  }

  /** Runs a command that must fail, and answers what it said. */
  function awsFails(...args: readonly string[]): string {
    const { code, error } = run(args);
    assert.notEqual(code, 0);
    return error;
  }

  function run(args: readonly string[]): ReturnType<typeof runClient> {
    assert.ok(server.administrator !== undefined);
    return runClient('aws', args, server.endpoint, server.administrator);
  }

  test('says who the caller is', () => {
    assert.equal(
      aws('sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'),
      `arn:aws:iam::${server.account}:user/admin`,
    );
  });

  test('encrypts under an alias and decrypts with the encryption context only', () => {
    aws('kms', 'create-alias', '--alias-name', 'alias/files', '--target-key-id', keyId);
    // Files are bytes for every version of the AWS CLI; on the command line version 2 alone expects base64.
    writeFileSync(join(folder.path, 'hello'), HELLO);
    const named = ['--key-id', 'alias/files', '--encryption-context', 'customer=4711'];
    const asText = ['--query', 'CiphertextBlob', '--output', 'text'];
    const blob = aws(
      'kms',
      'encrypt',
      ...named,
      '--plaintext',
      `fileb://${join(folder.path, 'hello')}`,
      ...asText,
    );
    writeFileSync(join(folder.path, 'sealed'), Buffer.from(blob, 'base64'));
    const sealed = ['--ciphertext-blob', `fileb://${join(folder.path, 'sealed')}`];
    const decrypt = ['kms', 'decrypt', ...sealed, '--query', 'Plaintext', '--output', 'text'];
    assert.equal(aws(...decrypt, '--encryption-context', 'customer=4711'), HELLO_BASE64);
    assert.match(awsFails(...decrypt), /\(InvalidCiphertextException\)/);
  });

  test('reads and writes key policies from files and text', () => {
    const policy = aws(
      'kms',
      'get-key-policy',
      '--key-id',
      keyId,
      '--policy-name',
      'default',
      '--query',
      'Policy',
      '--output',
      'text',
    );
    assert.match(policy, /Enable IAM User Permissions/);
    aws('kms', 'put-key-policy', '--key-id', keyId, '--policy-name', 'default', '--policy', policy);
    assert.match(
      awsFails('kms', 'put-key-policy', '--key-id', keyId, '--policy-name', 'default', '--policy', '{}'),
      /\(MalformedPolicyDocumentException\)/,
    );
  });

  test('walks a key through its states', () => {
    const state = (): string =>
      aws('kms', 'describe-key', '--key-id', keyId, '--query', 'KeyMetadata.KeyState', '--output', 'text');
    aws('kms', 'disable-key', '--key-id', keyId);
    assert.equal(state(), 'Disabled');
    assert.match(
      awsFails('kms', 'encrypt', '--key-id', keyId, '--plaintext', HELLO),
      /\(DisabledException\).*is disabled\./,
    );
    aws('kms', 'schedule-key-deletion', '--key-id', keyId, '--pending-window-in-days', '7');
    assert.equal(state(), 'PendingDeletion');
    aws('kms', 'cancel-key-deletion', '--key-id', keyId);
    aws('kms', 'enable-key', '--key-id', keyId);
    assert.equal(state(), 'Enabled');
  });

  test('is told what is not there in the form of AWS', () => {
    assert.match(awsFails('kms', 'get-public-key', '--key-id', keyId), /\(UnsupportedOperationException\)/);
    assert.match(awsFails('sts', 'get-federation-token', '--name', 'ann'), /\(NotImplemented\)/);
  });
});
