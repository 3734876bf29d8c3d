import { generateKeyPairSync, hash } from 'node:crypto';
import {
  formatCheckpoint,
  formatVerifierKey,
  GrowingTree,
  keyTypes,
  type LogFile,
  signNote,
  verifyLog,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';
import { sampleEntry } from './sample-events.ts';

const ORIGIN = 'example.com/bench';
const TURNS = 5;

/** Verifying a whole log beside hashing the bytes of its entries one by one with `crypto.hash`. */
export interface VerifyFigures {
  readonly entries: number;
  readonly verifiedPerSecond: number;
  readonly hashedPerSecond: number;
  readonly ratio: number;
}

/** A log of `count` entries in memory, verified and hashed in turns. */
export async function measureVerify(count: number): Promise<VerifyFigures> {
  const entries = Array.from({ length: count }, (_, index) => sampleEntry(index));
  const { files, vkey } = signedLog(entries);
  const fetch = async (path: string): Promise<Uint8Array | null> => files.get(path) ?? null;
  const verified: number[] = [];
  const hashed: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    verified.push(
      await perSecond(count, async () => {
        const report = await verifyLog({
          fetch,
          keys: { origin: ORIGIN, logKeys: [vkey] },
          crypto: nodeCrypto,
        });
        if (!report.ok) throw new Error('the log does not verify');
      }),
    );
    hashed.push(
      await perSecond(count, async () => {
        for (const entry of entries) hash('sha256', entry, 'buffer');
      }),
    );
  }
  const [verifiedPerSecond, hashedPerSecond] = [median(verified), median(hashed)];
  return { entries: count, verifiedPerSecond, hashedPerSecond, ratio: verifiedPerSecond / hashedPerSecond };
}

function signedLog(entries: readonly Uint8Array[]): {
  readonly files: Map<string, Uint8Array>;
  readonly vkey: string;
} {
  const tree = new GrowingTree(nodeCrypto);
  const files = new Map<string, Uint8Array>();
  const put = (stored: readonly LogFile[]): void => {
    for (const { path, bytes } of stored) files.set(path, bytes);
  };
  for (const entry of entries) {
    tree.append(entry);
    put(tree.takeFullFiles());
  }
  put(tree.partialFiles());
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = nodeNoteSigner({ name: ORIGIN, type: keyTypes.ed25519, privateKey, nowSeconds: () => 0 });
  const text = formatCheckpoint({ origin: ORIGIN, size: tree.size, root: tree.root() });
  files.set('checkpoint', Buffer.from(signNote(text, [signer])));
  const raw = publicKey.export({ format: 'raw-public' });
  return { files, vkey: formatVerifierKey(ORIGIN, keyTypes.ed25519, raw) };
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (1000 * count) / (performance.now() - startedAt);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
