import { generateKeyPairSync, hash } from 'node:crypto';
import {
  formatCheckpoint,
  formatProof,
  formatVerifierKey,
  GrowingTree,
  inclusionProof,
  keyTypes,
  type LogFile,
  signNote,
  tileHashReader,
  verifyLog,
  verifyProof,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';
import { sampleEntry } from './sample-events.ts';

const ORIGIN = 'example.com/bench';
const TURNS = 5;
const PROOFS = 2_000;

/** Verifying a whole log beside hashing the bytes of its entries one by one with `crypto.hash`. */
export interface VerifyFigures {
  readonly entries: number;
  readonly verifiedPerSecond: number;
  readonly hashedPerSecond: number;
  readonly ratio: number;
  /** Receipts: proofs that an entry is in the log, made from tiles, checked, and how long one is. */
  readonly proofsPerSecond: number;
  readonly proofsCheckedPerSecond: number;
  readonly proofBytes: number;
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
  return {
    entries: count,
    verifiedPerSecond,
    hashedPerSecond,
    ratio: verifiedPerSecond / hashedPerSecond,
    ...(await measureProofs(entries, { files, vkey })),
  };
}

type ProofFigures = Pick<VerifyFigures, 'proofsPerSecond' | 'proofsCheckedPerSecond' | 'proofBytes'>;

/** Proofs of entries from all over the log, each made from its tiles anew. */
async function measureProofs(
  entries: readonly Uint8Array[],
  { files, vkey }: ReturnType<typeof signedLog>,
): Promise<ProofFigures> {
  const size = entries.length;
  const fetch = async (path: string): Promise<Uint8Array | null> => files.get(path) ?? null;
  const checkpoint = new TextDecoder().decode(files.get('checkpoint'));
  const indexes = Array.from({ length: PROOFS }, (_, turn) => (turn * 7_919) % size);
  const texts: string[] = [];
  const proofsPerSecond = await perSecond(PROOFS, async () => {
    for (const index of indexes) {
      const reader = tileHashReader({ size, fetch, hasher: nodeCrypto });
      const hashes = await inclusionProof(index, size, reader, nodeCrypto);
      texts.push(formatProof({ index, hashes, checkpoint }));
    }
  });
  const trustedKeys = { origin: ORIGIN, logKeys: [vkey] };
  const proofsCheckedPerSecond = await perSecond(PROOFS, async () => {
    for (const [turn, index] of indexes.entries()) {
      const [entry, proofText] = [entries[index], texts[turn]];
      if (entry === undefined || proofText === undefined) throw new Error('there is an entry and a proof');
      const verdict = verifyProof({ proofText, entry, trustedKeys, crypto: nodeCrypto });
      if (!verdict.ok) throw new Error(verdict.reasons.join());
    }
  });
  const proofBytes = texts.reduce((sum, text) => sum + text.length, 0) / PROOFS;
  return { proofsPerSecond, proofsCheckedPerSecond, proofBytes };
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
