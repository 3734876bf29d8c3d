import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { AccessKey } from '../running-server.ts';

/** How the days before a test were. */
export interface Past {
  readonly days: number;
  readonly seed: number;
  /** How busy the company is: 1 for about a hundred requests an hour by day. */
  readonly scale: number;
}

/** A data directory that a company has used for some days. */
export interface SeededCompany {
  readonly dataDirectory: string;
  readonly administrator: AccessKey;
}

const run = promisify(execFile);
const clock = pathToFileURL(resolve(import.meta.dirname, 'lapse-clock.mjs')).href;
const living = resolve(import.meta.dirname, 'live-through.ts');

/**
 * Makes a data directory in a folder, and lets a company use it from so many days ago until now: a real server, real
 * requests, and a clock that jumps from request to request. The stories of `keywitness demo traffic` happen one after
 * another on the way.
 */
export async function seedCompany(folder: string, { days, scale, seed }: Past): Promise<SeededCompany> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'clock');
  const dataDirectory = join(folder, 'data');
  writeFileSync(file, new Uint8Array(Float64Array.of(0).buffer));
  const { stdout } = await run(
    process.execPath,
    [living, dataDirectory, ...[days, scale, seed].map(String)],
    {
      env: { ...process.env, NODE_OPTIONS: `--import=${clock}`, LAPSE_FILE: file },
    },
  );
  const [accessKeyId, secretAccessKey] = stdout.trim().split(' ');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(`the past failed: ${stdout}`);
  }
  return { dataDirectory, administrator: { accessKeyId, secretAccessKey } };
}
