import { decodeBase64, encodeBase64, isSize, parseSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';
import { isNoteText } from './note.ts';

/** What a checkpoint says: the tree of this log of this size has this root (tlog-checkpoint). */
export interface CheckpointFields {
  /** The name of the log; our key names are the same. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A checkpoint as it was read. */
export interface Checkpoint extends CheckpointFields {
  /** Lines after the third. Ours have none; ML-DSA-44 signatures do not cover them. */
  readonly extensions: readonly string[];
}

/** The text of a checkpoint, without signatures (tlog-checkpoint, "Note text"). Throws `malformed-checkpoint`. */
export function formatCheckpoint({ origin, size, root }: CheckpointFields): string {
  const text = `${origin}\n${size}\n${encodeBase64(root)}\n`;
  if (origin === '' || origin.includes('\n') || !isNoteText(text)) throw malformed('origin is not one line');
  if (!isSize(size)) throw malformed(`\`${size}\` is not a size`);
  if (root.length !== hashBytes) throw malformed(`its root has \`${root.length}\` bytes`);
  return text;
}

/**
 * Reads the text of a checkpoint, without signatures (tlog-checkpoint, "Note text"). Throws `malformed-checkpoint` for
 * empty lines, a size with leading zeros or above 2^53 - 1, and a root that is not 32 bytes of base64.
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!isNoteText(text)) throw malformed('it does not end in a newline or has control characters');
  const lines = text.slice(0, -1).split('\n');
  const [origin = '', decimal = '', encoded = '', ...extensions] = lines;
  if (lines.length < 3 || lines.includes('')) {
    throw malformed('it does not have three lines or has empty ones');
  }
  const size = parseSize(decimal);
  if (size === undefined) throw malformed(`\`${decimal.slice(0, 30)}\` is not a size`);
  const root = decodeBase64(encoded);
  if (root?.length !== hashBytes) throw malformed('its root is not 32 bytes of base64');
  return { origin, size, root, extensions };
}

function malformed(why: string): LogError {
  return new LogError('malformed-checkpoint', `could not read or write the checkpoint: ${why}`);
}
