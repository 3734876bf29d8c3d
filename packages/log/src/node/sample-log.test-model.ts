import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  formatCheckpoint,
  formatVerifierKey,
  type KeyType,
  keyTypes,
  type NoteSigner,
  signNote,
} from '../note/index.ts';
import { GrowingTree, type LogFile } from '../tiles/index.ts';
import { nodeCrypto } from './node-crypto.ts';
import { nodeNoteSigner } from './node-note-signer.ts';

/** A key for tests, made of a seed that everybody can read here. */
export interface SampleKey {
  readonly vkey: string;
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
  readonly signer: NoteSigner;
}

/** A log as its files, and what it was made of. */
export interface SampleLog {
  readonly origin: string;
  readonly entries: readonly Uint8Array[];
  readonly root: Uint8Array;
  /** Path to bytes, `checkpoint` included. */
  readonly files: Map<string, Uint8Array>;
}

/** POSIX seconds of every signature with a time. */
export const sampleSeconds = 1_700_000_000;

/** PKCS #8 of an Ed25519 key (RFC 8410) up to the seed. */
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key of `type`, the same for the same name and seed. */
export function sampleKey(name: string, type: KeyType, seed: number): SampleKey {
  const seedBytes = Buffer.alloc(32, seed);
  const privateKey =
    type === keyTypes.mlDsa44Cosignature
      ? createPrivateKey({ key: seedBytes, format: 'raw-seed', asymmetricKeyType: 'ml-dsa-44' })
      : createPrivateKey({ key: Buffer.concat([pkcs8Start, seedBytes]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'raw-public' });
  const signer = nodeNoteSigner({ name, type, privateKey, nowSeconds: () => sampleSeconds });
  return { vkey: formatVerifierKey(name, type, publicKey), privateKey, publicKey, signer };
}

/** Entries of different lengths that look like small events. */
export function sampleEntries(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    Buffer.from(JSON.stringify({ index, note: '.'.repeat((index * 7) % 40) })),
  );
}

/** A log of these entries with exactly the files that a checkpoint of its size asks for. */
export function sampleLog(
  origin: string,
  entries: readonly Uint8Array[],
  signers: readonly NoteSigner[],
): SampleLog {
  const tree = new GrowingTree(nodeCrypto);
  const stored: LogFile[] = [];
  for (const entry of entries) {
    tree.append(entry);
    stored.push(...tree.takeFullFiles());
  }
  stored.push(...tree.partialFiles());
  const root = tree.root();
  const checkpoint = signNote(formatCheckpoint({ origin, size: entries.length, root }), signers);
  const files = new Map(stored.map(({ path, bytes }) => [path, bytes]));
  files.set('checkpoint', Buffer.from(checkpoint));
  return { origin, entries, root, files };
}

/** Writes the files of a log under a folder. */
export function writeSampleLog(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
