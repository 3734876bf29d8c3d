import { generateKeyPairSync } from 'node:crypto';
import {
  formatCheckpoint,
  formatVerifierKey,
  GrowingTree,
  type KeyType,
  keyTypes,
  type LogFile,
  type NoteSigner,
  signNote,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';

/** Path to bytes: a log as it lies on a disk. */
export type LogFiles = ReadonlyMap<string, Uint8Array>;

/** A signer of the log's two and its verifier key. */
export interface LogKey {
  readonly vkey: string;
  readonly signer: NoteSigner;
}

/** The keys that a log signs with. */
export interface LogKeys {
  readonly ed25519: LogKey;
  readonly mlDsa44: LogKey;
}

const nowSeconds = (): number => 1_700_000_000;

/** Fresh keys of the name. */
export function newKeys(name: string): LogKeys {
  return {
    ed25519: newKey(name, keyTypes.ed25519),
    mlDsa44: newKey(name, keyTypes.mlDsa44Cosignature),
  };
}

function newKey(name: string, type: KeyType): LogKey {
  const { publicKey, privateKey } =
    type === keyTypes.mlDsa44Cosignature ? generateKeyPairSync('ml-dsa-44') : generateKeyPairSync('ed25519');
  const vkey = formatVerifierKey(name, type, publicKey.export({ format: 'raw-public' }));
  return { vkey, signer: nodeNoteSigner({ name, type, privateKey, nowSeconds }) };
}

/** Entries of different lengths; `label` tells logs apart. */
export function newEntries(count: number, label = 'entry'): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    Buffer.from(`{"${label}":${index},"note":"${'.'.repeat((index * 7) % 40)}"}`),
  );
}

/** The tiles, bundles and signed checkpoint of a log, as its publisher would store them. */
export function buildLog(
  origin: string,
  entries: readonly Uint8Array[],
  signers: readonly NoteSigner[],
): LogFiles {
  const tree = new GrowingTree(nodeCrypto);
  const stored: LogFile[] = [];
  for (const entry of entries) {
    tree.append(entry);
    stored.push(...tree.takeFullFiles());
  }
  stored.push(...tree.partialFiles());
  const files = new Map(stored.map(({ path, bytes }) => [path, bytes]));
  const text = formatCheckpoint({ origin, size: entries.length, root: tree.root() });
  return files.set('checkpoint', Buffer.from(signNote(text, signers)));
}
