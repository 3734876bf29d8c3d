import type { Entropy } from '../entropy.ts';
import type { SecretKey } from '../secret-key.ts';
import type {
  KeySpec,
  KeyUsage,
  MacAlgorithm,
  MessageType,
  PublicEncryptionAlgorithm,
  SigningAlgorithm,
} from './key-specs.ts';

/** Fresh or imported key material. */
export interface NewMaterial {
  /**
   * What is sealed and stored: the raw key (symmetric, HMAC), the seed (ML-DSA 32 bytes, ML-KEM 64), or PKCS #8 DER
   * (everything else). The caller owns the bytes and zeroes them when done.
   */
  readonly secret: Uint8Array;
  /** SubjectPublicKeyInfo, DER; absent when the key is symmetric. */
  readonly publicKey?: Uint8Array;
}

/** What is wrong with a request that an algorithm cannot serve. */
export type AlgorithmErrorCode =
  | 'IncompatibleAlgorithm'
  | 'IncompatibleMessageType'
  | 'InvalidDigestLength'
  | 'PlaintextTooLong'
  | 'InvalidPublicKey'
  | 'InvalidKeyMaterial';

/** A request that the algorithm cannot serve, by the caller's fault. */
export class AlgorithmError extends Error {
  readonly code: AlgorithmErrorCode;

  constructor(code: AlgorithmErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'AlgorithmError';
    this.code = code;
  }
}

/** What is to be signed, or was. */
export interface SignedMessage {
  readonly type: MessageType;
  readonly bytes: Uint8Array;
}

/** Verifies with the public half of a key. */
export interface Verifier {
  /**
   * Whether the signature is the key's; false as well for bytes that are no signature.
   *
   * @throws AlgorithmError `IncompatibleAlgorithm`, `IncompatibleMessageType`, `InvalidDigestLength`
   */
  verify(algorithm: SigningAlgorithm, message: SignedMessage, signature: Uint8Array): boolean;
}

/** Signatures with one key. */
export interface Signatures extends Verifier {
  /**
   * Signs. Draws from `entropy` what the algorithm lets us hand in; where OpenSSL signs, it draws itself.
   *
   * @throws AlgorithmError `IncompatibleAlgorithm`, `IncompatibleMessageType`, `InvalidDigestLength`
   */
  sign(algorithm: SigningAlgorithm, message: SignedMessage, entropy: Entropy): Uint8Array;
}

/** Encryption under the public half of a pair. */
export interface PublicEncryption {
  /** @throws AlgorithmError `IncompatibleAlgorithm`, `PlaintextTooLong` */
  encrypt(algorithm: PublicEncryptionAlgorithm, plaintext: Uint8Array, entropy: Entropy): Uint8Array;
  /**
   * The plaintext, or undefined when the ciphertext is not one of this key and algorithm, whatever the reason.
   *
   * @throws AlgorithmError `IncompatibleAlgorithm`
   */
  decrypt(algorithm: PublicEncryptionAlgorithm, ciphertext: Uint8Array): Uint8Array | undefined;
}

/** Message authentication codes with one key. */
export interface Macs {
  /** @throws AlgorithmError `IncompatibleAlgorithm` */
  generateMac(algorithm: MacAlgorithm, message: Uint8Array): Uint8Array;
  /** Compares in constant time; the whole code, not a part of it. Throws as {@link generateMac}. */
  verifyMac(algorithm: MacAlgorithm, message: Uint8Array, mac: Uint8Array): boolean;
}

/** Diffie-Hellman with one key. */
export interface KeyAgreement {
  /**
   * The shared secret: the raw x coordinate, as long as a coordinate of the curve (NIST SP 800-56A, 5.7.1.2).
   *
   * @param peer The other side's public key, SubjectPublicKeyInfo in DER.
   * @throws AlgorithmError `InvalidPublicKey` when it is not a point of this key's curve.
   */
  agree(peer: Uint8Array): Uint8Array;
}

/** A shared secret, and what lets the holder of the key arrive at it. */
export interface Encapsulated {
  readonly ciphertext: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** Key encapsulation with one key. */
export interface KeyEncapsulation {
  /** OpenSSL draws the randomness itself. */
  encapsulate(): Encapsulated;
  /**
   * The shared secret. A ciphertext of the right length that was not made for this key gives another secret, not an
   * error (implicit rejection, FIPS 203, 6.3). Undefined when the length is wrong.
   */
  decapsulate(ciphertext: Uint8Array): Uint8Array | undefined;
}

/** An opened key: what it can do, by the usages of its spec. Its secret stays in the crypto library where it can. */
export interface OpenedKey {
  readonly spec: KeySpec;
  /** SubjectPublicKeyInfo, DER; absent when the key is symmetric. */
  readonly publicKey?: Uint8Array;
  readonly signatures?: Signatures;
  readonly encryption?: PublicEncryption;
  readonly macs?: Macs;
  readonly agreement?: KeyAgreement;
  readonly encapsulation?: KeyEncapsulation;
}

/** Everything about one key spec. */
export interface KeyAlgorithm {
  readonly spec: KeySpec;
  /** What keys of this spec may be made for; a key is made for one of them. */
  readonly usages: readonly KeyUsage[];
  readonly signingAlgorithms: readonly SigningAlgorithm[];
  readonly encryptionAlgorithms: readonly ('SYMMETRIC_DEFAULT' | PublicEncryptionAlgorithm)[];
  readonly macAlgorithms: readonly MacAlgorithm[];
  /**
   * New material, from nothing but `entropy`. Or `asynchronous`: RSA pairs take OpenSSL up to seconds to find, and are
   * asked of {@link KeyPairs}.
   */
  newMaterial(entropy: Entropy): NewMaterial | 'asynchronous';
  /**
   * Checks material from elsewhere: raw bytes of the spec's length (symmetric, HMAC) or PKCS #8 DER, and brings it into
   * the form that is stored. The given bytes stay the caller's.
   *
   * @throws AlgorithmError `InvalidKeyMaterial`
   */
  importMaterial(bytes: Uint8Array): NewMaterial;
  /** Opens material that {@link newMaterial}, {@link importMaterial} or {@link KeyPairs} made. Keep what it returns. */
  open(secret: SecretKey): OpenedKey;
  /**
   * Opens the public half alone, when the spec has signatures: verifying takes no secret.
   *
   * @param publicKey SubjectPublicKeyInfo, DER.
   * @throws AlgorithmError `InvalidPublicKey` when it is not of this spec.
   */
  readonly openVerifier?: (publicKey: Uint8Array) => Verifier;
  /** The private key as data key pairs hand it out: PKCS #8 DER. The caller zeroes it. Symmetric keys have none. */
  readonly exportPrivateKey?: (secret: SecretKey) => Uint8Array;
}

/** Where RSA key pairs come from: a port, because finding primes takes threads and time, which core has not. */
export interface KeyPairs {
  /**
   * A pair that nobody else gets.
   *
   * @returns `busy` when too many are waiting already.
   */
  make(spec: KeySpec): Promise<NewMaterial | 'busy'>;
}
