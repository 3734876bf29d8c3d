import { decodeBase64, decodeUtf8, encodeBase64, isSize, parseSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';
import { noteBytesMax, parseNote } from '../note/index.ts';

/** The body of a request that asks a witness to cosign a checkpoint (tlog-witness, "add-checkpoint"). */
export interface AddCheckpoint {
  /** What the client thinks to be the size of the last checkpoint that the witness has cosigned. */
  readonly oldSize: number;
  /** Proves that the tree of the checkpoint begins with that of the old size; empty from 0. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, to the letter. */
  readonly checkpoint: string;
}

/** More hashes no consistency proof of a tree of 2^63 - 1 entries has. */
const proofHashesMax = 63;
const oldStart = 'old ';

/** Writes the body of a request. Throws `malformed-request` or `malformed-note` for what could not be read. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  if (!isSize(oldSize)) throw malformed(`\`${oldSize}\` is not a size`);
  if (proof.length > proofHashesMax || !proof.every((hash) => hash.length === hashBytes)) {
    throw malformed('its proof has too many hashes or one that does not have 32 bytes');
  }
  parseNote(checkpoint);
  return [`${oldStart}${oldSize}`, ...proof.map(encodeBase64), '', checkpoint].join('\n');
}

/**
 * Reads the body of a request and believes nothing of it: an old size, at most 63 hashes, an empty line and a note.
 * Throws `malformed-request` or `malformed-note` for everything else.
 */
export function parseAddCheckpoint(body: string | Uint8Array): AddCheckpoint {
  if (body.length > 2 * noteBytesMax) throw malformed('it is too long');
  const text = typeof body === 'string' ? body : decodeUtf8(body);
  if (text === undefined) throw malformed('it is not UTF-8');
  // The first empty line ends the proof; the checkpoint after it has one of its own.
  const split = text.indexOf('\n\n');
  if (split === -1) throw malformed('it has no checkpoint after an empty line');
  const [first = '', ...lines] = text.slice(0, split).split('\n');
  const oldSize = first.startsWith(oldStart) ? parseSize(first.slice(oldStart.length)) : undefined;
  if (oldSize === undefined) throw malformed('it does not start with an old size');
  if (lines.length > proofHashesMax) throw malformed(`its proof has \`${lines.length}\` hashes`);
  const checkpoint = text.slice(split + 2);
  parseNote(checkpoint);
  return { oldSize, proof: lines.map(parseHash), checkpoint };
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  if (hash?.length !== hashBytes) throw malformed('a hash is not 32 bytes of base64');
  return hash;
}

function malformed(why: string): LogError {
  return new LogError('malformed-request', `could not read or write the request to a witness: ${why}`);
}
