import { resolve } from 'node:path';
import { test } from 'node:test';
import { clientPath, missing } from './python-clients.ts';
import { checkClient } from './sdk-operations.ts';
import { mustRunBeside } from './tls-service.ts';

test(
  'boto3, unmodified, calls every operation over TLS with keys of every kind, and knows each error by its type',
  { skip: missing('python3') },
  () =>
    checkClient('Boto3/', (folder, caFile, environment) =>
      mustRunBeside(clientPath('python3'), [resolve('test/conformance/boto3_client.py')], folder, {
        ...environment,
        AWS_CA_BUNDLE: caFile,
      }),
    ),
);
