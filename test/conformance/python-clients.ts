import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AccessKey } from '../running-server.ts';

/** Where `scripts/setup-debian.sh` installs the AWS CLI and boto3. */
const FOLDER = resolve('.build/python/bin');
const TIMEOUT_MS = 60_000;

/** How a client ended. */
export interface ClientRun {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Where a client is, if it is here. */
export function clientPath(program: 'aws' | 'python3'): string {
  return `${FOLDER}/${program}`;
}

/** Why a client cannot be run here; `false` when it can. What `node:test` takes as `skip`. */
export function missing(program: 'aws' | 'python3'): string | false {
  return existsSync(clientPath(program))
    ? false
    : `not run: there is no ${clientPath(program)}; scripts/setup-debian.sh installs it`;
}

/** Runs the AWS CLI or Python, unmodified, with settings that come from the environment alone. */
export function runClient(
  program: 'aws' | 'python3',
  args: readonly string[],
  endpoint: string,
  key: AccessKey,
  environment: NodeJS.ProcessEnv = {},
): ClientRun {
  const result = spawnSync(clientPath(program), [...args], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: environmentOf(endpoint, key, environment),
  });
  if (result.error !== undefined) throw result.error;
  return { code: result.status, out: result.stdout, error: result.stderr };
}

/** The same for a client whose requests go through this very process. */
export function runClientBeside(
  program: 'aws' | 'python3',
  args: readonly string[],
  endpoint: string,
  key: AccessKey,
): Promise<ClientRun> {
  const { promise, resolve: end } = Promise.withResolvers<ClientRun>();
  const options = { timeout: TIMEOUT_MS, env: environmentOf(endpoint, key, {}) };
  const child = execFile(clientPath(program), [...args], options, (_failure, out, error) =>
    end({ code: child.exitCode, out, error }),
  );
  return promise;
}

function environmentOf(endpoint: string, key: AccessKey, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    ...environment,
  };
}
