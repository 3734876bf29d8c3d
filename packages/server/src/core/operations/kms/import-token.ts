import {
  type SecretKey,
  takeSecretKey,
  type WrappingAlgorithm,
  type WrappingKeySpec,
} from '../../crypto/index.ts';
import { KeyringError } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/** What an import token stands for. */
export interface ImportParameters {
  readonly keyId: string;
  readonly spec: WrappingKeySpec;
  readonly algorithm: WrappingAlgorithm;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

const LABEL = 'import-token';
const VERSION = 1;
const EXPIRY_OFFSET = 3;
const SECRET_OFFSET = 11;
/** The positions of these stand in tokens. */
const SPECS = ['RSA_2048', 'RSA_3072', 'RSA_4096', 'SM2'] as const;
const ALGORITHMS = [
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
  'SM2PKE',
] as const;

/**
 * Seals the private half of a wrapping key, with what it is for, into the token that comes back with the wrapped material:
 * the service keeps nothing (`spec/key-hierarchy.md`, "import token"). The secret is zeroed.
 */
export function sealImportToken(
  { entropy, keyring }: Attempt,
  { algorithm, expiresAtMs, keyId, spec }: ImportParameters,
  secret: Uint8Array,
): Uint8Array {
  const bytes = Buffer.alloc(SECRET_OFFSET + secret.length);
  bytes[0] = VERSION;
  bytes[1] = SPECS.indexOf(spec);
  bytes[2] = ALGORITHMS.findIndex((candidate) => candidate === algorithm);
  bytes.writeBigUInt64BE(BigInt(expiresAtMs), EXPIRY_OFFSET);
  bytes.set(secret, SECRET_OFFSET);
  secret.fill(0);
  const token = keyring.sealSecret([LABEL, keyId], bytes, entropy);
  bytes.fill(0);
  return Buffer.from(token, 'base64');
}

/**
 * Opens a token that was made for this key.
 *
 * @throws OperationError `InvalidImportToken` for everything else, `ExpiredImportToken` after 24 hours.
 */
export function openImportToken(
  { keyring, nowMs }: Attempt,
  keyId: string,
  token: Uint8Array,
): ImportParameters & { readonly secret: SecretKey } {
  const bytes = openBytes(() => keyring.openSecret([LABEL, keyId], Buffer.from(token).toString('base64')));
  try {
    const [version, specAt = -1, algorithmAt = -1] = bytes;
    const spec = SPECS[specAt];
    const algorithm = ALGORITHMS[algorithmAt];
    if (version !== VERSION || spec === undefined || algorithm === undefined) throw invalidToken();
    const expiresAtMs = Number(Buffer.from(bytes.buffer, bytes.byteOffset).readBigUInt64BE(EXPIRY_OFFSET));
    if (expiresAtMs <= nowMs) {
      throw new OperationError('ExpiredImportToken', 'The import token has expired.');
    }
    const secret = takeSecretKey(Uint8Array.from(bytes.subarray(SECRET_OFFSET)));
    return { keyId, spec, algorithm, expiresAtMs, secret };
  } finally {
    bytes.fill(0);
  }
}

function openBytes(open: () => Uint8Array): Uint8Array {
  try {
    return open();
  } catch (error) {
    if (error instanceof KeyringError) throw invalidToken();
    throw error;
  }
}

function invalidToken(): OperationError {
  return new OperationError(
    'InvalidImportToken',
    'The import token is not valid, or belongs to a different KMS key.',
  );
}

/**
 * The wrapping key that a request asks for, as one that can wrap this key's material.
 *
 * @throws OperationError `Unsupported` for PKCS #1 v1.5, as in AWS since October 2023; `Validation` for what cannot be.
 */
export function wrappingFor(
  keySpec: string,
  algorithm: string,
  spec: string,
): Pick<ImportParameters, 'algorithm' | 'spec'> {
  const wrapping = SPECS.find((candidate) => candidate === spec);
  const wanted = ALGORITHMS.find((candidate) => candidate === algorithm);
  if (wrapping === undefined || wanted === undefined) {
    throw new OperationError('Unsupported', `WrappingAlgorithm ${algorithm} is not supported.`);
  }
  if ((wrapping === 'SM2') !== (wanted === 'SM2PKE')) {
    throw new OperationError(
      'Validation',
      `WrappingAlgorithm ${wanted} is not compatible with WrappingKeySpec ${wrapping}.`,
    );
  }
  const isDirect = wanted.startsWith('RSAES_OAEP');
  const isTooLong = keySpec.startsWith('RSA_') || (keySpec === 'ECC_NIST_P521' && wrapping === 'RSA_2048');
  if (isDirect && isTooLong) {
    throw new OperationError(
      'Validation',
      `WrappingAlgorithm ${wanted} with WrappingKeySpec ${wrapping} cannot wrap key material of KeySpec ${keySpec}.`,
    );
  }
  return { algorithm: wanted, spec: wrapping };
}
