import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { hasOpenssl, makeCa, makeCertificate } from '../mtls/private-ca.ts';
import { startServer, temporaryFolder } from '../running-server.ts';
import { missing, runClient } from './python-clients.ts';

const CLI = resolve('packages/cli/src/main.ts');
const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:ListKeys","Resource":"*"}]}';
const withoutTool = hasOpenssl ? false : 'not run: openssl is not installed';

test(
  'the AWS CLI, unmodified, uses a client certificate by way of a credential_process',
  { skip: withoutTool === false ? missing('aws') : withoutTool },
  async () => {
    await using folder = temporaryFolder();
    const ca = makeCa(folder.path, 'clients');
    const app = makeCertificate(folder.path, ca, 'app');
    const data = join(folder.path, 'data');
    await using server = await startServer(data, ['--tls-self-signed', '--tls-client-ca', ca.cert]);
    const { administrator, endpoint } = server;
    assert.ok(administrator !== undefined);
    const trust = { AWS_CA_BUNDLE: join(data, 'tls', 'ca.pem') };
    const policy = join(folder.path, 'policy.json');
    writeFileSync(policy, POLICY);
    const admin = (...args: readonly string[]): void => {
      execFileSync(process.execPath, [CLI, 'admin', ...args, '--endpoint', endpoint], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...trust,
          PATH: process.env['PATH'],
          HOME: '/nonexistent',
          AWS_ACCESS_KEY_ID: administrator.accessKeyId,
          AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
        },
      });
    };
    admin('principal', 'create', 'app', '--type', 'service', '--policy', policy);
    admin('certificate', 'register', 'app', '--cert', app.cert);
    const config = join(folder.path, 'config');
    const program = [process.execPath, CLI, 'credentials', '--endpoint', endpoint];
    const shown = ['--cert', app.cert, '--key', app.key];
    writeFileSync(config, `[profile app]\ncredential_process = ${[...program, ...shown].join(' ')}\n`);
    const aws = (...args: readonly string[]): ReturnType<typeof runClient> => {
      const environment = { ...trust, AWS_CONFIG_FILE: config };
      return runClient('aws', [...args, '--profile', 'app'], endpoint, administrator, environment);
    };
    const who = aws('sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text');
    assert.equal(who.out.trim(), `arn:aws:iam::${server.account}:user/app`, who.error);
    assert.equal(aws('kms', 'list-keys').code, 0);
    assert.match(aws('kms', 'create-key').error, /\(AccessDeniedException\).*user\/app is not authorized/);
  },
);
