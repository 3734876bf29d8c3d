import { setTimeout } from 'node:timers/promises';
import {
  consistencyProof,
  type Evidence,
  type LogFetch,
  parseCheckpoint,
  parseNote,
  tileHashReader,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';

/** A server asks its witnesses every few seconds; more than this is an outage of theirs. */
const waitMsMax = 15_000;
const pollMs = 500;

/**
 * The newest checkpoint of a log that a quorum of witnesses has cosigned, as soon as it goes on from the one given.
 * `none` for a log without witnesses, `late` when they do not come to it in time.
 */
export async function findWitnessed(
  fetch: LogFetch,
  checkpoint: string,
): Promise<NonNullable<Evidence['witnessed']> | 'none' | 'late'> {
  const oldSize = sizeOf(checkpoint);
  for (const endMs = performance.now() + waitMsMax; ;) {
    const bytes = await fetch('witnessed/checkpoint');
    if (bytes === null) return 'none';
    const note = Buffer.from(bytes).toString('utf8');
    const size = sizeOf(note);
    if (size >= oldSize) {
      const reader = tileHashReader({ size, fetch, hasher: nodeCrypto });
      return { checkpoint: note, consistency: await consistencyProof(oldSize, size, reader, nodeCrypto) };
    }
    if (performance.now() > endMs) return 'late';
    await setTimeout(pollMs);
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}
