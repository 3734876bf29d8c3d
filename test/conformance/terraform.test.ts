import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

/** Where Terraform's AWS provider lies for machines that reach no registry of providers; the variable wins. */
const PLUGINS = process.env['TERRAFORM_PLUGINS'] ?? '/opt/tf-plugins';
const PROVIDER = 'registry.terraform.io/hashicorp/aws';
const TIMEOUT_MS = 240_000;
const CREATED = 17;
/** A user, a role and a key by their tags, a policy, and imported material by its end. */
const CHANGED = 5;

/** Nothing is downloaded: a machine that has not got both does without. */
function missing(): string | false {
  if (spawnSync('terraform', ['version'], { env: environment('/nonexistent') }).status !== 0) {
    return 'not run: there is no terraform in the path';
  }
  if (existsSync(join(PLUGINS, PROVIDER))) return false;
  return `not run: there is no ${PROVIDER} in ${PLUGINS}, or where TERRAFORM_PLUGINS says`;
}

test(
  'Terraform, unmodified, makes users, roles, policies, keys in two regions and grants, changes them, and takes them away',
  { skip: missing() },
  async () => {
    await using folder = temporaryFolder();
    await using server = await startServer(join(folder.path, 'data'), ['--regions', 'us-east-1,eu-west-1']);
    const work = join(folder.path, 'work');
    mkdirSync(work);
    copyFileSync('test/conformance/terraform.tf', join(work, 'main.tf'));
    const run = (...args: readonly string[]): string => terraform(server, folder.path, args);
    run('init');
    assert.match(
      run('apply', '-auto-approve'),
      new RegExp(`^Apply complete! Resources: ${CREATED} added`, 'm'),
    );
    assert.match(
      run('apply', '-auto-approve', '-var', 'team=payments'),
      // What was read back is what was asked for: nothing changes but what is asked for otherwise.
      new RegExp(`^Apply complete! Resources: 0 added, ${CHANGED} changed, 0 destroyed`, 'm'),
    );
    assert.match(
      run('destroy', '-auto-approve', '-refresh=false'),
      new RegExp(`^Destroy complete! Resources: ${CREATED} destroyed`, 'm'),
    );
  },
);

function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, CHECKPOINT_DISABLE: '1' };
}

function terraform(server: RunningServer, folder: string, args: readonly string[]): string {
  assert.ok(server.administrator !== undefined);
  const config = join(folder, 'terraform.rc');
  writeFileSync(
    config,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(PLUGINS)}\n  }\n}\n`,
  );
  const { status, stdout, stderr } = spawnSync('terraform', [...args, '-no-color'], {
    cwd: join(folder, 'work'),
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: {
      ...environment(folder),
      TF_CLI_CONFIG_FILE: config,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      TF_VAR_endpoint: server.endpoint,
      AWS_ACCESS_KEY_ID: server.administrator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.administrator.secretAccessKey,
    },
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}
