import {
  type CheckpointFields,
  emptyRoot,
  formatCheckpoint,
  formatVerifierKey,
  keyTypes,
  type NoteSigner,
  noteSigner,
  openCheckpoint,
  signNote,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { LogSigningKey } from '../../core/crypto/index.ts';
import { PublisherError } from './errors.ts';

/** The keys of the log and what it is called. */
interface SignerOptions {
  /** The name of the log (C2SP tlog-checkpoint). */
  readonly origin: string;
  readonly ed25519: LogSigningKey;
  readonly mlDsa44: LogSigningKey;
  /** POSIX milliseconds. */
  readonly timeMs: () => number;
}

/** A checkpoint that this log has signed. */
export interface SignedCheckpoint {
  /** The signed note, to the letter. */
  readonly note: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** When it was signed, in POSIX seconds. */
  readonly timestamp: number;
}

/**
 * Signs checkpoints with Ed25519 over the text, and with an ML-DSA-44 cosignature (C2SP tlog-cosignature), which also
 * states when: "as of this second this is the largest tree". That makes a checkpoint of an unchanged tree worth
 * something: it says that nothing has happened. The time never goes back, even when the clock does.
 */
export class CheckpointSigner {
  readonly origin: string;
  /** Verifier keys (C2SP signed-note), one a line: Ed25519, then ML-DSA-44. */
  readonly verifierKeys: string;
  readonly #keys: readonly string[];
  readonly #signers: readonly NoteSigner[];
  #timestamp = 0;

  constructor({ origin, ed25519, mlDsa44, timeMs }: SignerOptions) {
    const nowSeconds = (): number => {
      this.#timestamp = Math.max(this.#timestamp, Math.floor(timeMs() / 1000));
      return this.#timestamp;
    };
    this.origin = origin;
    this.#signers = [
      noteSigner({
        name: origin,
        type: keyTypes.ed25519,
        publicKey: ed25519.publicKey,
        signBytes: (message) => ed25519.sign(message),
      }),
      noteSigner({
        name: origin,
        type: keyTypes.mlDsa44Cosignature,
        publicKey: mlDsa44.publicKey,
        signBytes: (message) => mlDsa44.sign(message),
        nowSeconds,
      }),
    ];
    this.#keys = [
      formatVerifierKey(origin, keyTypes.ed25519, ed25519.publicKey),
      formatVerifierKey(origin, keyTypes.mlDsa44Cosignature, mlDsa44.publicKey),
    ];
    this.verifierKeys = this.#keys.map((key) => `${key}\n`).join('');
  }

  sign({ size, root }: Omit<CheckpointFields, 'origin'>): SignedCheckpoint {
    const note = signNote(formatCheckpoint({ origin: this.origin, size, root }), this.#signers);
    return { note, size, root, timestamp: this.#timestamp };
  }

  /** The tree before the first checkpoint. */
  empty(): Omit<CheckpointFields, 'origin'> {
    return { size: 0, root: emptyRoot(nodeCrypto) };
  }

  /**
   * Opens a checkpoint that both keys have signed. Later ones will not state an earlier time.
   *
   * @throws PublisherError `Fork` for every other note: this log has not signed it.
   */
  open(note: string, where: string): SignedCheckpoint {
    const opened = openCheckpoint(note, { origin: this.origin, logKeys: this.#keys }, nodeCrypto);
    if (!opened.ok) {
      throw new PublisherError(
        'Fork',
        `the ${where} is not one that this log has signed: ${opened.reasons.join('; ')}`,
      );
    }
    const { size, root } = opened.checkpoint;
    const timestamp = Math.max(...opened.signatures.map((signature) => signature.timestamp ?? 0));
    this.#timestamp = Math.max(this.#timestamp, timestamp);
    return { note, size, root, timestamp };
  }
}
