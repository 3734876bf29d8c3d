import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { checkClient } from './sdk-operations.ts';
import { mustRun, mustRunBeside } from './tls-service.ts';

const { path, skip } = installed('java-sdk');
const PASSWORD = 'changeit';

test(
  'the AWS SDK for Java, unmodified, calls every operation over TLS with keys of every kind, and knows each error by its type',
  { skip },
  () =>
    checkClient('aws-sdk-java/', async (folder, caFile, environment) => {
      const [store, classes, jars] = [join(folder, 'trust.p12'), join(folder, 'classes'), `${path}/*`];
      const trust = ['-importcert', '-noprompt', '-alias', 'keywitness', '-file', caFile];
      mustRun('keytool', [...trust, '-keystore', store, '-storepass', PASSWORD], folder, environment);
      const sources = globSync(resolve('test/conformance/java-sdk/*.java'));
      mustRun('javac', ['-d', classes, '-cp', jars, ...sources], folder, environment);
      const settings = [
        `-Djavax.net.ssl.trustStore=${store}`,
        `-Djavax.net.ssl.trustStorePassword=${PASSWORD}`,
      ];
      const program = ['-cp', `${classes}:${jars}`, 'KmsOperations'];
      return mustRunBeside('java', [...settings, ...program], folder, environment);
    }),
);
