import { decodeBase64, encodeBase64, isSize, parseSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';
import { noteBytesMax, parseNote } from '../note/index.ts';

/** A proof that a log has an entry, in one file (tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** The audit path from the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, to the letter. */
  readonly checkpoint: string;
  /** Bytes that travel along. Nothing vouches for them. */
  readonly extra?: Uint8Array;
}

/** The longest audit path: a tree of 2^53 - 1 entries is no higher. */
export const proofHashesMax = 53;

const header = 'c2sp.org/tlog-proof@v1';
const extraStart = 'extra ';
const indexStart = 'index ';
const extraBytesMax = 1024 * 1024;

/** Writes a proof file (tlog-proof, "Format"). Throws `malformed-proof` for what `parseProof` would not read. */
export function formatProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  if (
    !isSize(index) ||
    hashes.length > proofHashesMax ||
    !hashes.every((hash) => hash.length === hashBytes)
  ) {
    throw malformed('index or hashes are out of range');
  }
  if (extra !== undefined && extra.length > extraBytesMax) throw malformed('extra data is too long');
  parseNote(checkpoint);
  return [
    header,
    ...(extra === undefined ? [] : [`${extraStart}${encodeBase64(extra)}`]),
    `${indexStart}${index}`,
    ...hashes.map(encodeBase64),
    '',
    checkpoint,
  ].join('\n');
}

/** Reads a proof file (tlog-proof, "Format") and believes nothing of it. Throws `malformed-proof` or `malformed-note`. */
export function parseProof(text: string): TlogProof {
  if (text.length > 2 * (extraBytesMax + noteBytesMax)) throw malformed('it is too long');
  // The first empty line ends the proof; the checkpoint after it has one of its own.
  const split = text.indexOf('\n\n');
  if (split === -1) throw malformed('it has no checkpoint after an empty line');
  const checkpoint = text.slice(split + 2);
  parseNote(checkpoint);
  const [first, ...lines] = text.slice(0, split).split('\n');
  if (first !== header) throw malformed('it does not start with the line of tlog-proof');
  const extra = lines[0]?.startsWith(extraStart) === true ? parseExtra(lines.shift() ?? '') : undefined;
  const index = parseIndex(lines.shift() ?? '');
  if (lines.length > proofHashesMax) throw malformed(`it has \`${lines.length}\` hashes`);
  const proof = { index, hashes: lines.map(parseHash), checkpoint };
  return extra === undefined ? proof : { ...proof, extra };
}

function parseExtra(line: string): Uint8Array {
  const bytes = decodeBase64(line.slice(extraStart.length));
  if (bytes === undefined || bytes.length > extraBytesMax) {
    throw malformed('extra data is not base64 or too long');
  }
  return bytes;
}

function parseIndex(line: string): number {
  const index = line.startsWith(indexStart) ? parseSize(line.slice(indexStart.length)) : undefined;
  if (index === undefined) throw malformed('it does not give the index');
  return index;
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  if (hash?.length !== hashBytes) throw malformed('a hash is not 32 bytes of base64');
  return hash;
}

function malformed(why: string): LogError {
  return new LogError('malformed-proof', `could not read or write the proof: ${why}`);
}
