import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { mustRun, shown, startTlsService } from './tls-service.ts';

const { path, skip } = installed('auto-unseal');
const PERMISSIONS = ['kms:DescribeKey', 'kms:Encrypt', 'kms:Decrypt'];

test("the package behind Vault's seal, unmodified, seals and unseals by the service", { skip }, async () => {
  await using service = await startTlsService(PERMISSIONS);
  const { AWS_ENDPOINT_URL_KMS: endpoint = '', ...settings } = service.environment;
  const environment = { ...settings, SSL_CERT_FILE: service.caFile };
  const out = mustRun(path, [endpoint, service.keyArn], service.folder, environment);
  assert.match(out, /NotFoundException/);
  const events = await service.recorded();
  assert.deepEqual(shown(events), ['key.describe', 'key.encrypt', 'key.decrypt', 'key.describe NotFound']);
  assert.ok(events.every(({ context }) => context === undefined));
});
