import { type KeyType, keyTypes, type NoteSigner } from '@keywitness/log';
import { sampleKey, sampleLog } from '../../packages/log/src/node/sample-log.test-model.ts';

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

let keysMade = 0;

/** Keys of the name, other ones each time. */
export function newKeys(name: string): LogKeys {
  const newKey = (type: KeyType): LogKey => sampleKey(name, type, (keysMade += 1));
  return { ed25519: newKey(keyTypes.ed25519), mlDsa44: newKey(keyTypes.mlDsa44Cosignature) };
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
  return sampleLog(origin, entries, signers).files;
}
