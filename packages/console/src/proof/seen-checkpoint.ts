import type { LogFetch } from '@keywitness/log';
import { consistencyProof, LogError, sha256, tileHashReader, verifyConsistency } from '@keywitness/log';
import * as v from 'valibot';
import { bytesOfHex, hexOf } from './bytes.ts';
import type { SignedCheckpoint } from './check-signatures.ts';
import type { ProofStep } from './steps.ts';
import { storedText } from './stored-text.ts';

/** The largest checkpoint that this browser has confirmed, for the next one to go on from. */
interface SeenCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  /** RFC 3339. */
  readonly seenAt: string;
}

const schema = v.object({
  origin: v.string(),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  root: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  seenAt: v.string(),
});

const store = storedText('keywitness-seen-checkpoint');
const title = 'It is the same history as before';
const hasher = { sha256 };

/**
 * That a checkpoint is of one history with the largest that this browser has confirmed before, by a proof that is made of
 * the published log. Keeps the larger of the two.
 */
export async function historyStep(
  checkpoint: Omit<SignedCheckpoint, 'note'>,
  fetch: LogFetch,
  now: Date,
): Promise<ProofStep> {
  const seen = read();
  if (seen?.origin !== checkpoint.origin) {
    keep(checkpoint, now);
    return {
      id: 'history',
      title,
      state: 'noted',
      words: `This is the first checkpoint of this log that this browser has confirmed. It is kept: later ones must go on from these ${checkpoint.size} entries.`,
      values: [],
    };
  }
  const values: ProofStep['values'] = [
    ['Seen before', `${seen.size} entries, root ${seen.root}`],
    ['Seen at', seen.seenAt],
  ];
  try {
    const reason = await forkReason(seen, checkpoint, fetch);
    if (reason !== undefined) {
      return { id: 'history', title, state: 'failed', words: forkWords(seen, reason), values };
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const words = `The published log could not be read, so this was not compared with the ${seen.size} entries that were seen before: ${why}.`;
    return { id: 'history', title, state: 'skipped', words, values };
  }
  if (checkpoint.size >= seen.size) keep(checkpoint, now);
  const words = `The log of ${Math.max(seen.size, checkpoint.size)} entries begins with that of ${Math.min(seen.size, checkpoint.size)}: nothing that was there has been changed, left out or put in since.`;
  return { id: 'history', title, state: 'passed', words, values };
}

async function forkReason(
  seen: SeenCheckpoint,
  now: Omit<SignedCheckpoint, 'note'>,
  fetch: LogFetch,
): Promise<string | undefined> {
  const before = { size: seen.size, root: bytesOfHex(seen.root) };
  const [older, newer] = seen.size <= now.size ? [before, now] : [now, before];
  const reader = tileHashReader({ size: newer.size, fetch, hasher });
  try {
    const proof =
      older.size === newer.size ? [] : await consistencyProof(older.size, newer.size, reader, hasher);
    const claim = {
      oldSize: older.size,
      oldRoot: older.root,
      newSize: newer.size,
      newRoot: newer.root,
      proof,
    };
    const verdict = verifyConsistency(claim, hasher);
    return verdict.ok ? undefined : verdict.reason;
  } catch (error) {
    // Tiles that are not to be had are no answer; those that do not lead to the signed root are one.
    if (error instanceof LogError && error.code !== 'missing-file') return error.message;
    throw error;
  }
}

function forkWords({ size }: SeenCheckpoint, reason: string): string {
  return `The log does not go on from the ${size} entries that this browser has seen before (${reason}). Its history was rewritten, or it shows different people different histories. Keep this browser as it is, and tell whoever answers for the log.`;
}

function keep({ origin, size, root }: Omit<SignedCheckpoint, 'note'>, now: Date): void {
  const seen: SeenCheckpoint = { origin, size, root: hexOf(root), seenAt: now.toISOString() };
  store.write(JSON.stringify(seen));
}

function read(): SeenCheckpoint | undefined {
  const text = store.read();
  if (text === undefined) return undefined;
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // What is no JSON was not written by this page, and says nothing of what was seen.
    return undefined;
  }
}
