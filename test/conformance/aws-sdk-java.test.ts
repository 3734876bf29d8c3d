import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { assertAllOperations, expectedCodes } from './sdk-operations.ts';
import { mustRun, startTlsService } from './tls-service.ts';

const { path, skip } = installed('java-sdk');
const PASSWORD = 'changeit';

test(
  'the AWS SDK for Java, unmodified, calls every operation over TLS and reads errors',
  { skip },
  async () => {
    await using service = await startTlsService(['kms:*']);
    const { folder, caFile } = service;
    const environment = {
      ...service.environment,
      GRANTEE: `arn:aws:iam::${service.server.account}:user/app`,
    };
    const store = join(folder, 'trust.p12');
    const trust = ['-importcert', '-noprompt', '-alias', 'keywitness', '-file', caFile];
    mustRun('keytool', [...trust, '-keystore', store, '-storepass', PASSWORD], folder, environment);
    const settings = [
      `-Djavax.net.ssl.trustStore=${store}`,
      `-Djavax.net.ssl.trustStorePassword=${PASSWORD}`,
    ];
    const program = resolve('test/conformance/java-sdk/kms-operations.java');
    const out = mustRun('java', [...settings, '-cp', `${path}/*`, program], folder, environment);
    assert.deepEqual(JSON.parse(out), expectedCodes);
    const events = await service.recorded();
    assertAllOperations(events);
    assert.ok(events.every(({ client }) => client.tlsVersion === 'TLSv1.3'));
    assert.ok(events.every(({ client }) => client.userAgent?.startsWith('aws-sdk-java/')));
  },
);
