import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  consistencyProof,
  formatAddCheckpoint,
  formatCheckpoint,
  formatVerifierKey,
  GrowingTree,
  type KeyType,
  keyTypes,
  type LogFetch,
  signNote,
  tileHashReader,
  type TrustedKeys,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';

const origin = 'log.example/history';

interface Signing {
  readonly ed25519: KeyObject;
  readonly mlDsa44: KeyObject;
}

/** A log that can show itself at every size, and that can fork. */
export class History {
  readonly entries: readonly Uint8Array[];
  readonly #signing: Signing;
  readonly #files = new Map<number, ReadonlyMap<string, Uint8Array>>();

  private constructor(entries: readonly Uint8Array[], signing: Signing) {
    this.entries = entries;
    this.#signing = signing;
  }

  static create(count: number): History {
    const signing = {
      ed25519: generateKeyPairSync('ed25519').privateKey,
      mlDsa44: generateKeyPairSync('ml-dsa-44').privateKey,
    };
    return new History(newEntries('main', 0, count), signing);
  }

  /** Another history, signed with the same keys, that has the first `size` entries in common. */
  fork(size: number): History {
    const own = newEntries('fork', size, this.entries.length - size);
    return new History([...this.entries.slice(0, size), ...own], this.#signing);
  }

  keys(): TrustedKeys {
    return { origin, logKeys: this.verifierKeys() };
  }

  verifierKeys(): readonly string[] {
    const { ed25519, mlDsa44 } = this.#signing;
    const vkey = (type: KeyType, key: KeyObject): string =>
      formatVerifierKey(origin, type, createPublicKey(key).export({ format: 'raw-public' }));
    return [vkey(keyTypes.ed25519, ed25519), vkey(keyTypes.mlDsa44Cosignature, mlDsa44)];
  }

  /** The signed checkpoint of the first `size` entries. */
  note(size: number, seconds: number = 1_800_000_000 + size): string {
    const tree = new GrowingTree(nodeCrypto);
    for (const entry of this.entries.slice(0, size)) tree.append(entry);
    return this.claim(size, tree.root(), seconds);
  }

  /** A signed checkpoint that need not be true. */
  claim(size: number, root: Uint8Array, seconds: number): string {
    const common = { name: origin, nowSeconds: () => seconds };
    return signNote(formatCheckpoint({ origin, size, root }), [
      nodeNoteSigner({ ...common, type: keyTypes.ed25519, privateKey: this.#signing.ed25519 }),
      nodeNoteSigner({ ...common, type: keyTypes.mlDsa44Cosignature, privateKey: this.#signing.mlDsa44 }),
    ]);
  }

  /** Path to bytes, `checkpoint` included, as they are at `size`. */
  files(size: number): ReadonlyMap<string, Uint8Array> {
    const known = this.#files.get(size);
    if (known !== undefined) return known;
    const tree = new GrowingTree(nodeCrypto);
    for (const entry of this.entries.slice(0, size)) tree.append(entry);
    const files = new Map(
      [...tree.takeFullFiles(), ...tree.partialFiles()].map(({ path, bytes }) => [path, bytes]),
    );
    files.set('checkpoint', Buffer.from(this.note(size)));
    this.#files.set(size, files);
    return files;
  }

  fetch(size: number): LogFetch {
    const files = this.files(size);
    return (path) => Promise.resolve(files.get(path) ?? null);
  }

  /** The body of a request to cosign the first `size` entries. */
  async request(oldSize: number, size: number, seconds?: number): Promise<Uint8Array> {
    const reader = tileHashReader({ size, fetch: this.fetch(size), hasher: nodeCrypto });
    const proof = oldSize > size ? [] : await consistencyProof(oldSize, size, reader, nodeCrypto);
    return Buffer.from(formatAddCheckpoint({ oldSize, proof, checkpoint: this.note(size, seconds) }));
  }
}

function newEntries(label: string, first: number, count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    Buffer.from(`{"${label}":${first + index},"note":"${'.'.repeat((index * 7) % 30)}"}`),
  );
}
