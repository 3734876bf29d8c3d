import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure, reasonOf } from '../failure.ts';
import type { SessionCredentials } from './assume-role.ts';
import { dropSettings, putSettings, readSettings } from './profile-text.ts';

/** What AWS's own tools call when a session ends; some of them read it. */
const expiryName = 'x_security_token_expires';
const ownNames = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', expiryName] as const;

/** As AWS's tools name profiles; nothing that could end a header. */
const profileName = /^[\w.@%+=,:/-]{1,128}$/;

/**
 * Refuses a profile that must not be overwritten: a long-lived access key is shown once and could be lost.
 *
 * @throws Failure
 */
export function requireReplaceable(profile: string): void {
  requireName(profile);
  requireShortLived(readFile(), profile);
}

/** Stores credentials under a profile of the shared credentials file, all or nothing, readable by its owner only. */
export function storeProfile(profile: string, credentials: SessionCredentials): void {
  requireName(profile);
  const text = readFile();
  requireShortLived(text, profile);
  writeFile(
    putSettings(text, profile, {
      aws_access_key_id: credentials.accessKeyId,
      aws_secret_access_key: credentials.secretAccessKey,
      aws_session_token: credentials.sessionToken,
      [expiryName]: credentials.expiresAt.toISOString(),
    }),
  );
}

/** Removes the credentials of a profile; whether there were some. Other settings of the profile stay. */
export function clearProfile(profile: string): boolean {
  requireName(profile);
  const text = readFile();
  requireShortLived(text, profile);
  const cleared = dropSettings(text, profile, ownNames);
  if (cleared === text) return false;
  writeFile(cleared);
  return true;
}

function requireName(profile: string): void {
  if (!profileName.test(profile)) throw new Failure('usage', `\`${profile}\` is not a name of a profile`);
}

function requireShortLived(text: string, profile: string): void {
  const settings = readSettings(text, profile);
  if (settings['aws_access_key_id'] !== undefined && settings['aws_session_token'] === undefined) {
    const message = `profile \`${profile}\` holds a long-lived access key, which is left alone; name another profile`;
    throw new Failure('could-not', message);
  }
}

/** The file that AWS's own tools read. */
function filePath(): string {
  const named = process.env['AWS_SHARED_CREDENTIALS_FILE'];
  return named === undefined || named === '' ? join(homedir(), '.aws', 'credentials') : named;
}

function readFile(): string {
  const file = filePath();
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch (error) {
    throw new Failure('could-not', `could not read \`${file}\`: ${reasonOf(error)}`, { cause: error });
  }
}

/** A crash leaves the old file or the new one, and perhaps a file of another name beside it. */
function writeFile(text: string): void {
  const file = filePath();
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Where the file is a link, the link stays.
    const target = existsSync(file) ? realpathSync(file) : file;
    const draft = `${target}.${randomUUID()}`;
    try {
      writeDraft(draft, text);
      renameSync(draft, target);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    throw new Failure('could-not', `could not write \`${file}\`: ${reasonOf(error)}`, { cause: error });
  }
}

function writeDraft(draft: string, text: string): void {
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
