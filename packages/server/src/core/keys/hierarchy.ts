import {
  type Entropy,
  openBox,
  type SecretKey,
  sealBox,
  takeSecretKey,
  XAES_NONCE_BYTES,
} from '../crypto/index.ts';

/** The sealed keys of an installation, base64 (`spec/key-hierarchy.md`). */
export interface SealedHierarchy {
  /** The root key under the seal. */
  readonly rootKey: string;
  /** The domain key under the root key. */
  readonly domainKey: string;
}

/** The seal does not open this installation: it is another installation's, or something was tampered with. */
export class SealError extends Error {
  readonly code = 'SealMismatch';

  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

const ROOT_LABEL = ['root-key'];
const DOMAIN_LABEL = ['domain-key', '1'];

/** The unsealed keys of a running installation. They exist in memory only. */
export interface OpenHierarchy {
  readonly rootKey: SecretKey;
  readonly domainKey: SecretKey;
}

/** Makes a new root key and domain key, sealed. */
export function createHierarchy(seal: SecretKey, entropy: Entropy): SealedHierarchy {
  const rootBytes = entropy.bytes(32);
  const sealedRoot = sealBox(seal, ROOT_LABEL, entropy.bytes(XAES_NONCE_BYTES), rootBytes);
  const rootKey = takeSecretKey(rootBytes);
  const domainBytes = entropy.bytes(32);
  const sealedDomain = sealBox(rootKey, DOMAIN_LABEL, entropy.bytes(XAES_NONCE_BYTES), domainBytes);
  domainBytes.fill(0);
  return {
    rootKey: Buffer.from(sealedRoot).toString('base64'),
    domainKey: Buffer.from(sealedDomain).toString('base64'),
  };
}

/** @throws SealError when the seal does not belong to the installation. */
export function openHierarchy(seal: SecretKey, sealed: SealedHierarchy): OpenHierarchy {
  const rootBytes = openBox(seal, ROOT_LABEL, Buffer.from(sealed.rootKey, 'base64'));
  if (rootBytes === undefined) {
    throw new SealError('the seal does not open the root key of this data directory');
  }
  const rootKey = takeSecretKey(rootBytes);
  const domainBytes = openBox(rootKey, DOMAIN_LABEL, Buffer.from(sealed.domainKey, 'base64'));
  if (domainBytes === undefined) throw new SealError('the root key does not open the domain key');
  return { rootKey, domainKey: takeSecretKey(domainBytes) };
}
