import assert from 'node:assert/strict';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { clientPath, missing } from './python-clients.ts';
import { mustRun, shown, startTlsService, type TlsService } from './tls-service.ts';

const PERMISSIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];
const CONTEXT = { customer: '4711' };
const KEYS = ['aws-crypto-public-key', 'customer'];

const js = installed('encryption-sdk-js');
const python = missing('python3');

function runJs(service: TlsService, task: string): unknown {
  const program = resolve('test/conformance/encryption-sdk-client.mjs');
  const folder = dirname(dirname(dirname(js.path)));
  const environment = { ...service.environment, NODE_EXTRA_CA_CERTS: service.caFile };
  return JSON.parse(
    mustRun(process.execPath, [program, folder, service.keyArn, task], service.folder, environment),
  );
}

function runPython(service: TlsService, task: string): unknown {
  const program = resolve('test/conformance/encryption_sdk_client.py');
  const environment = { ...service.environment, AWS_CA_BUNDLE: service.caFile };
  const out = mustRun(clientPath('python3'), [program, service.keyArn, task], service.folder, environment);
  return JSON.parse(out);
}

test('the AWS Encryption SDK for JavaScript binds messages to their context', { skip: js.skip }, async () => {
  await using service = await startTlsService(PERMISSIONS);
  assert.deepEqual(runJs(service, 'keyring'), { context: CONTEXT, changed: true });
  assert.deepEqual(runJs(service, 'signed'), { context: KEYS });
  const events = await service.recorded();
  assert.deepEqual(shown(events), [
    'key.generate-data-key',
    'key.decrypt',
    'key.decrypt InvalidCiphertext',
    'key.generate-data-key',
    'key.decrypt',
  ]);
  assert.deepEqual(
    events.map(({ context }) => context?.['customer']),
    ['4711', '4711', '4712', '4711', '4711'],
  );
});

test('with its cache, twenty messages are two events', { skip: js.skip }, async () => {
  await using service = await startTlsService(PERMISSIONS);
  assert.deepEqual(runJs(service, 'cache'), { messages: 20 });
  assert.deepEqual(shown(await service.recorded()), ['key.generate-data-key', 'key.decrypt']);
});

test('the AWS Encryption SDK for Python binds messages to their context', { skip: python }, async () => {
  await using service = await startTlsService(PERMISSIONS);
  assert.deepEqual(runPython(service, 'provider'), { context: CONTEXT, changed: 'DecryptKeyError' });
  const events = await service.recorded();
  assert.deepEqual(shown(events), ['key.generate-data-key', 'key.decrypt', 'key.decrypt InvalidCiphertext']);
  assert.deepEqual(
    events.map(({ context }) => context),
    [CONTEXT, CONTEXT, { customer: '4712' }],
  );
});

test('its keyring refuses another context before it asks the service', { skip: python }, async () => {
  await using service = await startTlsService(PERMISSIONS);
  assert.deepEqual(runPython(service, 'keyring'), { context: KEYS, other: 'AWSEncryptionSDKClientError' });
  assert.deepEqual(shown(await service.recorded()), ['key.generate-data-key', 'key.decrypt']);
});

test('with its cache too, twenty messages are two events', { skip: python }, async () => {
  await using service = await startTlsService(PERMISSIONS);
  assert.deepEqual(runPython(service, 'cache'), { messages: 20 });
  assert.deepEqual(shown(await service.recorded()), ['key.generate-data-key', 'key.decrypt']);
});
