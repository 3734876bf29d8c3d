import {
  consistencyProof,
  type Evidence,
  type LogFetch,
  type LogHasher,
  parseCheckpoint,
  parseNote,
  tileHashReader,
} from '@keywitness/log';

/** A checkpoint that a quorum of witnesses has cosigned, and the proof that it goes on from another one. */
type Witnessed = NonNullable<Evidence['witnessed']>;

/** A server asks its witnesses every few seconds; more than this is an outage of theirs. */
const waitMsMax = 15_000;
const pollMs = 500;

/**
 * The newest checkpoint of a log that a quorum of witnesses has cosigned, as soon as it goes on from the one given.
 * `none` for a log without witnesses, `late` when they do not come to it in time.
 *
 * @throws LogError when the published log cannot be read
 */
export async function findWitnessed(
  fetch: LogFetch,
  checkpoint: string,
  hasher: LogHasher,
): Promise<Witnessed | 'none' | 'late'> {
  const oldSize = sizeOf(checkpoint);
  for (const endMs = performance.now() + waitMsMax; ;) {
    const bytes = await fetch('witnessed/checkpoint');
    if (bytes === null) return 'none';
    const note = new TextDecoder().decode(bytes);
    const size = sizeOf(note);
    if (size >= oldSize) {
      const reader = tileHashReader({ size, fetch, hasher });
      return { checkpoint: note, consistency: await consistencyProof(oldSize, size, reader, hasher) };
    }
    if (performance.now() > endMs) return 'late';
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}
