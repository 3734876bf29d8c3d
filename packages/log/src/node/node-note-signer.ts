import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { LogError } from '../errors.ts';
import { type KeyType, keyTypes, noteSigner, type NoteSigner } from '../note/index.ts';

/** A private key that signs notes. */
export interface NodeNoteSignerOptions {
  /** For a log, its origin (tlog-checkpoint). */
  readonly name: string;
  readonly type: KeyType;
  /** A private key of the algorithm that the type asks for. */
  readonly privateKey: KeyObject;
  /** POSIX seconds, for the types with a time. */
  readonly nowSeconds: () => number;
}

/** A signer of notes whose private key stays a `KeyObject`. Throws `malformed-key` for a key of another algorithm. */
export function nodeNoteSigner({ name, type, privateKey, nowSeconds }: NodeNoteSignerOptions): NoteSigner {
  const algorithm = type === keyTypes.mlDsa44Cosignature ? 'ml-dsa-44' : 'ed25519';
  if (privateKey.asymmetricKeyType !== algorithm) {
    throw new LogError('malformed-key', `the key of \`${name}\` is not a private key of \`${algorithm}\``);
  }
  const publicKey = createPublicKey(privateKey).export({ format: 'raw-public' });
  const signBytes = (message: Uint8Array): Uint8Array => sign(null, message, privateKey);
  return noteSigner(
    type === keyTypes.ed25519
      ? { type, name, publicKey, signBytes }
      : { type, name, publicKey, signBytes, nowSeconds },
  );
}
