import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { checkClient } from './sdk-operations.ts';
import { mustRunBeside } from './tls-service.ts';

const { path, skip } = installed('go-sdk');

test(
  'the AWS SDK for Go, unmodified, calls every operation over TLS with keys of every kind, and knows each error by its type',
  { skip },
  () =>
    checkClient('aws-sdk-go-v2/', (folder, caFile, environment) =>
      mustRunBeside(path, [], folder, { ...environment, AWS_CA_BUNDLE: caFile }),
    ),
);
