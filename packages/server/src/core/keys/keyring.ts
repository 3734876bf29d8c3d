import {
  type Entropy,
  keyAlgorithm,
  type NewMaterial,
  openBox,
  type OpenedKey,
  type SecretKey,
  sealBox,
  sha256Parts,
  takeSecretKey,
  XAES_NONCE_BYTES,
} from '../crypto/index.ts';
import type { KeyMaterialRecord, KeyRecord } from './records.ts';

const MATERIALS_MAX = 10_000;
const MATERIAL_ID_DOMAIN = 'keywitness/key-material-id/v1';

/** The sealed material could not be opened: the store does not belong to this seal, or was tampered with. */
export class KeyringError extends Error {
  readonly code = 'MaterialUnreadable';

  constructor(message: string) {
    super(message);
    this.name = 'KeyringError';
  }
}

/** Material in memory. INVARIANT: it is given out for the key that its box was labelled with, and for no other. */
interface OpenMaterial {
  readonly keyId: string;
  readonly key: SecretKey;
  /** What it can do beside symmetric encryption; made when it is asked for first. */
  opened?: OpenedKey;
}

/**
 * Opens and seals secrets under the domain key, and keeps the key materials in use as `SecretKey`s
 * (`spec/key-hierarchy.md`). One per thread; the domain key is posted to it as an object, never as bytes.
 */
export class Keyring {
  readonly #domainKey: SecretKey;
  readonly #materials = new Map<string, OpenMaterial>();

  constructor(domainKey: SecretKey) {
    this.#domainKey = domainKey;
  }

  /** Names new material of a key by what it is, and seals it for the store. The secret bytes are zeroed. */
  sealMaterial(
    keyId: string,
    { publicKey, secret }: NewMaterial,
    nowMs: number,
    entropy: Entropy,
  ): KeyMaterialRecord {
    const id = keyMaterialId(keyId, secret);
    const sealed = this.sealSecret(materialLabel(keyId, id), secret, entropy);
    secret.fill(0);
    const half = publicKey === undefined ? {} : { publicKey: Buffer.from(publicKey).toString('base64') };
    return { id, sealed, createdAtMs: nowMs, ...half };
  }

  /**
   * The raw key of a symmetric material.
   *
   * @throws KeyringError when the stored material does not open.
   */
  material(keyId: string, material: KeyMaterialRecord): SecretKey {
    return this.#open(keyId, material).key;
  }

  /**
   * What a key's material can do: sign, agree, authenticate, …
   *
   * @throws KeyringError when the stored material does not open.
   */
  opened({ id, spec }: KeyRecord, material: KeyMaterialRecord): OpenedKey {
    const open = this.#open(id, material);
    open.opened ??= keyAlgorithm(spec).open(open.key);
    return open.opened;
  }

  /** Drops a destroyed material from memory. */
  forget(materialId: string): void {
    this.#materials.delete(materialId);
  }

  /** Seals another kind of secret under the domain key, base64. */
  sealSecret(label: readonly string[], secret: Uint8Array, entropy: Entropy): string {
    const box = sealBox(this.#domainKey, label, entropy.bytes(XAES_NONCE_BYTES), secret);
    return Buffer.from(box).toString('base64');
  }

  /**
   * Opens what {@link Keyring.sealSecret} sealed. The caller zeroes the bytes.
   *
   * @throws KeyringError when label and box do not belong together.
   */
  openSecret(label: readonly string[], sealed: string): Uint8Array {
    const bytes = openBox(this.#domainKey, label, Buffer.from(sealed, 'base64'));
    if (bytes === undefined) throw new KeyringError(`the sealed secret \`${label.join('/')}\` does not open`);
    return bytes;
  }

  #open(keyId: string, material: KeyMaterialRecord): OpenMaterial {
    // Another Region may have the same material open: where its bytes are not, it is not used.
    if (material.sealed === '') throw new KeyringError(`the material of key \`${keyId}\` is not here`);
    const known = this.#materials.get(material.id);
    if (known?.keyId === keyId) return known;
    const bytes = openBox(
      this.#domainKey,
      materialLabel(keyId, material.id),
      Buffer.from(material.sealed, 'base64'),
    );
    if (bytes === undefined) throw new KeyringError(`the material of key \`${keyId}\` does not open`);
    if (this.#materials.size >= MATERIALS_MAX) this.#forgetOldest();
    const open: OpenMaterial = { keyId, key: takeSecretKey(bytes) };
    this.#materials.set(material.id, open);
    return open;
  }

  #forgetOldest(): void {
    const oldest = this.#materials.keys().next();
    if (oldest.done !== true) this.forget(oldest.value);
  }
}

/** Names material by a one-way function of it and its key, so that the same material imported again is known. */
function keyMaterialId(keyId: string, bytes: Uint8Array): string {
  const parts = [Buffer.from(`${MATERIAL_ID_DOMAIN}\0${keyId}\0`, 'utf8'), bytes];
  return Buffer.from(sha256Parts(parts)).toString('hex');
}

function materialLabel(keyId: string, materialId: string): readonly string[] {
  return ['key-material', keyId, materialId];
}
