import { concatBytes, encodeUtf8, isSize, uint64 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';

/** What an ML-DSA-44 cosignature states: a subtree of a log has this hash. A whole tree starts at 0. */
export interface SubtreeStatement {
  /** The name of the key that signs. */
  readonly cosigner: string;
  /** POSIX seconds. 0 does not say that it is the largest tree seen. */
  readonly timestamp: number;
  readonly origin: string;
  readonly start: number;
  readonly end: number;
  readonly hash: Uint8Array;
}

const nameBytesMax = 255;
const subtreeLabel = Uint8Array.from('subtree/v1\n\0', (letter) => letter.charCodeAt(0));

/**
 * The message of an Ed25519 cosignature, type 0x04 (tlog-cosignature, "Ed25519 signed message"). Throws `out-of-range`
 * for a time that is no POSIX second.
 */
export function ed25519CosignatureMessage(text: Uint8Array, timestamp: number): Uint8Array {
  if (!isSize(timestamp)) throw new LogError('out-of-range', `could not cosign at second \`${timestamp}\``);
  return concatBytes(ascii(`cosignature/v1\ntime ${timestamp}\n`), text);
}

/**
 * The message of an ML-DSA-44 cosignature, type 0x06 (tlog-cosignature, "ML-DSA-44 signed message"). Throws
 * `out-of-range` for numbers that are no sizes, a subtree that ends before it starts, a hash that is not 32 bytes, and
 * a time for a subtree that does not start at 0; `malformed-checkpoint` for names that are not 1 to 255 bytes.
 */
export function mlDsa44CosignatureMessage(statement: SubtreeStatement): Uint8Array {
  const { timestamp, start, end, hash } = statement;
  const isRange = isSize(timestamp) && isSize(start) && isSize(end) && start <= end;
  if (!isRange || hash.length !== hashBytes || (start !== 0 && timestamp !== 0)) {
    throw new LogError(
      'out-of-range',
      `could not cosign leaves \`${start}\` to \`${end}\` at second \`${timestamp}\``,
    );
  }
  return concatBytes(
    subtreeLabel,
    shortText(statement.cosigner),
    uint64(timestamp),
    shortText(statement.origin),
    uint64(start),
    uint64(end),
    hash,
  );
}

/** A text of 1 to 255 bytes after its length as one byte. */
function shortText(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  if (bytes === undefined || bytes.length === 0 || bytes.length > nameBytesMax) {
    throw new LogError('malformed-checkpoint', `\`${text}\` cannot be cosigned: it must have 1 to 255 bytes`);
  }
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
