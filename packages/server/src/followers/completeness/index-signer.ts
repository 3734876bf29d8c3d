import {
  type CheckpointFields,
  formatCheckpoint,
  formatVerifierKey,
  indexOrigin,
  indexStatement,
  keyTypes,
  type NoteSigner,
  noteSigner,
  openIndexCheckpoint,
  parseCheckpoint,
  parseNote,
  signNote,
  type TrustedKeys,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { LogSigningKey } from '../../core/crypto/index.ts';

/** The keys of the log and what it is called. */
export interface IndexSignerOptions {
  readonly origin: string;
  readonly ed25519: LogSigningKey;
  readonly mlDsa44: LogSigningKey;
  /** POSIX milliseconds. */
  readonly timeMs: () => number;
}

/** A checkpoint that the log has published. */
export interface PublishedCheckpoint extends CheckpointFields {
  /** The signed note, to the letter. */
  readonly note: string;
}

/** Signs index checkpoints (`spec/completeness.md`, "Index checkpoint") with both keys of the log. */
export class IndexSigner {
  readonly #origin: string;
  readonly #signers: readonly NoteSigner[];
  readonly #trustedKeys: TrustedKeys;

  constructor({ origin, ed25519, mlDsa44, timeMs }: IndexSignerOptions) {
    this.#origin = origin;
    this.#trustedKeys = {
      origin,
      logKeys: [
        formatVerifierKey(origin, keyTypes.ed25519, ed25519.publicKey),
        formatVerifierKey(origin, keyTypes.mlDsa44Cosignature, mlDsa44.publicKey),
      ],
    };
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
        nowSeconds: () => Math.floor(timeMs() / 1000),
      }),
    ];
  }

  sign({ size, root }: CheckpointFields, mapRoot: Uint8Array): string {
    const statement = indexStatement({ size, logRoot: root, mapRoot }, nodeCrypto);
    const text = formatCheckpoint({ origin: indexOrigin(this.#origin), size, root: statement });
    return signNote(text, this.#signers);
  }

  /** The entries that an index checkpoint is about; 0 for what these keys have not signed. */
  sizeOf(note: string): number {
    const verdict = openIndexCheckpoint(note, this.#trustedKeys, nodeCrypto);
    return verdict.ok ? verdict.checkpoint.size : 0;
  }
}

/** Reads a checkpoint that this process has signed itself. */
export function readPublished(note: string): PublishedCheckpoint {
  return { ...parseCheckpoint(parseNote(note).text), note };
}
