import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { AccessKey } from './demo-server.ts';
import { command, output } from './narrator.ts';

const runMsMax = 30_000;
const columnsStandard = 132;
/** What the narrator indents by. */
const indentColumns = 3;

/** A run of the command line. */
export interface KeywitnessRun {
  readonly code: number | null;
  readonly stdout: string;
}

/** Where the command line finds the service, and as whom it asks. */
export interface KeywitnessPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: AccessKey;
  /** Relative paths are meant from here. */
  readonly folder: string;
}

/** Runs the real command line, and shows the command and what it prints. */
export function keywitness(
  place: KeywitnessPlace,
  args: readonly string[],
  linesMax?: number,
): KeywitnessRun {
  command(`npx keywitness ${args.map(quoted).join(' ')}`);
  const run = keywitnessQuietly(place, args);
  if (run.stdout !== '') output(run.stdout, linesMax);
  return run;
}

/** Runs the real command line, and shows nothing. */
export function keywitnessQuietly(place: KeywitnessPlace, args: readonly string[]): KeywitnessRun {
  const result = spawnSync(process.execPath, [mainFile, ...args], {
    cwd: place.folder,
    encoding: 'utf8',
    timeout: runMsMax,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: compileCache,
      COLUMNS: String((process.stdout.columns ?? columnsStandard) - indentColumns),
      KEYWITNESS_ENDPOINT: place.endpoint,
      KEYWITNESS_STATE_DIR: join(place.folder, 'state'),
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: place.accessKey.accessKeyId,
      AWS_SECRET_ACCESS_KEY: place.accessKey.secretAccessKey,
    },
  });
  if (result.error !== undefined) throw result.error;
  return { code: result.status, stdout: result.stdout };
}

const root = resolve(import.meta.dirname, '../..');
const mainFile = join(root, 'packages/cli/src/main.ts');
/** Most of the time of a short run is reading TypeScript, so what was read is kept. */
const compileCache = join(root, '.build/compile-cache');

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}
