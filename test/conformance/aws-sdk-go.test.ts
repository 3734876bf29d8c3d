import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { assertAllOperations, expectedCodes } from './sdk-operations.ts';
import { mustRun, startTlsService } from './tls-service.ts';

const { path, skip } = installed('go-sdk');

test(
  'the AWS SDK for Go, unmodified, calls every operation over TLS and reads errors',
  { skip },
  async () => {
    await using service = await startTlsService(['kms:*']);
    const environment = {
      ...service.environment,
      AWS_CA_BUNDLE: service.caFile,
      GRANTEE: `arn:aws:iam::${service.server.account}:user/app`,
    };
    assert.deepEqual(JSON.parse(mustRun(path, [], service.folder, environment)), expectedCodes);
    const events = await service.recorded();
    assertAllOperations(events);
    assert.ok(events.every(({ client }) => client.tlsVersion === 'TLSv1.3'));
    assert.ok(events.every(({ client }) => client.userAgent?.startsWith('aws-sdk-go-v2/')));
  },
);
