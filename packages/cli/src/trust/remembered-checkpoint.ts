import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CheckpointFields, openCheckpoint, type TrustedKeys } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { Failure, reasonOf } from '../failure.ts';
import { makeDurableDirectory, nodeFileOperations, replaceFile } from '../files/index.ts';

/**
 * The last checkpoint of a log that was verified here, which the log must go on from: a log that has gone back, or that
 * shows another history, is found by whoever remembers. It is kept for each set of trusted keys, in
 * `KEYWITNESS_STATE_DIR`, or where the XDG base directories say; apart for those who ask for witnesses, because the newest
 * checkpoint that a quorum has cosigned may be older than the newest of all.
 *
 * @throws Failure when there is one and it cannot be read or is not signed by these keys.
 */
export async function rememberedCheckpoint(
  keys: TrustedKeys,
  isWitnessed: boolean = asksWitnesses(keys),
): Promise<CheckpointFields | undefined> {
  const path = pathOf(keys, isWitnessed);
  let note: Uint8Array | undefined;
  try {
    note = await nodeFileOperations.read(path);
  } catch (error) {
    throw new Failure('could-not', `could not read \`${path}\`: ${reasonOf(error)}`, { cause: error });
  }
  if (note === undefined) return undefined;
  const opened = openCheckpoint(note, logOnly(keys), nodeCrypto);
  if (opened.ok) return opened.checkpoint;
  throw new Failure(
    'could-not',
    `could not use the checkpoint that was kept in \`${path}\`: ${opened.reasons.join('; ')}`,
  );
}

/** Keeps a checkpoint that was verified. False when there is no place to keep it in. */
export async function rememberCheckpoint(keys: TrustedKeys, note: Uint8Array): Promise<boolean> {
  const path = pathOf(keys, asksWitnesses(keys));
  try {
    await makeDurableDirectory(nodeFileOperations, folder(), folder());
    await replaceFile(nodeFileOperations, path, note);
    return true;
  } catch {
    // A home that cannot be written to, as services have, is no reason not to verify; the caller says so.
    return false;
  }
}

function pathOf(keys: TrustedKeys, isWitnessed: boolean): string {
  const name = createHash('sha256').update([keys.origin, ...keys.logKeys.toSorted()].join('\n'));
  return join(folder(), `${name.digest('hex')}${isWitnessed ? '-witnessed' : ''}`);
}

function folder(): string {
  const { KEYWITNESS_STATE_DIR: own, XDG_STATE_HOME: xdg } = process.env;
  const base = xdg === undefined || xdg === '' ? join(homedir(), '.local', 'state') : xdg;
  return join(own === undefined || own === '' ? join(base, 'keywitness') : own, 'checkpoints');
}

/** Whether a quorum of witnesses is asked for. */
export function asksWitnesses({ witnessQuorum = 0, witnessRule }: TrustedKeys): boolean {
  return witnessQuorum > 0 || (witnessRule?.kind ?? 'none') !== 'none';
}

/** Witnesses come and go; that the log has signed is enough to hold it to what it said. */
export function logOnly({ origin, logKeys, logKeysNeeded }: TrustedKeys): TrustedKeys {
  return { origin, logKeys, ...(logKeysNeeded === undefined ? {} : { logKeysNeeded }) };
}
