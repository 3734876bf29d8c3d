import { hash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnswerWindow,
  CompactRange,
  formatCheckpoint,
  formatVerifierKey,
  keyTypes,
  leafHash,
  noteSigner,
  parseAnswer,
  readSubject,
  signNote,
  verifyAnswer,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { AnswerQuestion, LedgerReader } from '../packages/server/src/core/audit/index.ts';
import {
  type LogSigningKey,
  openLogSigningKey,
  takeSecretKey,
} from '../packages/server/src/core/crypto/index.ts';
import {
  type Completeness,
  createCompleteness,
} from '../packages/server/src/followers/completeness/index.ts';
import { openSqliteReader, openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts';
import { fill } from './question.ts';
import { sampleEntry } from './sample-events.ts';

const ORIGIN = 'example.com/bench';
const QUESTIONS = 400;
const CHECKPOINT_ENTRIES = 65_536;
const ACCOUNT = '111122223333';

/** The verifiable index at one size. */
interface SizeFigures {
  readonly entries: number;
  readonly subjects: number;
  /** Entries integrated in a second of processor time, on the way to this size since the size before. */
  readonly integratedPerSecond: number;
  /** That, relative to hashing the same entries with `crypto.hash`. */
  readonly ofHashing: number;
  readonly diskBytesPerEntry: number;
  /** Questions for up to 100 events with proof, from the question to the text. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Bytes of an answer besides its entries: all of it, and without the two signed notes. */
  readonly proofBytes: number;
  readonly proofBytesWithoutNotes: number;
  readonly verifyMs: number;
}

/** The verifiable index at a tenth of the size and at the size. */
export interface CompletenessFigures {
  readonly sizes: readonly SizeFigures[];
  readonly p99GrowthRatio: number;
  readonly proofGrowthRatio: number;
  readonly integrationGrowthRatio: number;
}

/** Fills a ledger to a tenth of `count` and to `count` events, indexes it, and asks for complete answers. */
export async function measureCompleteness(count: number): Promise<CompletenessFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  const store = openSqliteStore({ path: join(directory, 'ledger.db') });
  const reader = openSqliteReader({ path: join(directory, 'ledger.db') });
  const path = join(directory, 'completeness.db');
  const keys = [1, 2].map((seed) => takeSecretKey(new Uint8Array(32).fill(seed)));
  const [first, second] = keys;
  if (first === undefined || second === undefined) throw new Error('there are two keys');
  const ed25519 = openLogSigningKey('ed25519', first);
  const completeness = createCompleteness({
    reader,
    path,
    origin: ORIGIN,
    ed25519,
    mlDsa44: openLogSigningKey('ml-dsa-44', second),
    tagKey: first,
    timeMs: () => Date.now(),
    nowMs: () => 0,
    schedule: (delayMs, task) =>
      void (delayMs === 0 ? setImmediate(task) : setTimeout(task, delayMs).unref()),
    publish: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  const log = new PublishedTree(reader, ed25519);
  try {
    const sizes: SizeFigures[] = [];
    for (const size of [Math.floor(count / 10), count]) {
      const before = reader.size();
      fill((items) => store.commit(items), before, size);
      const elapsedMs = await integrate(completeness, log, size);
      const hashedPerSecond = hashing(before, size);
      const integratedPerSecond = ((size - before) * 1000) / elapsedMs;
      const asked = await ask(completeness, size, log.verifierKey);
      sizes.push({
        entries: size,
        subjects: completeness.status().subjects,
        integratedPerSecond,
        ofHashing: integratedPerSecond / hashedPerSecond,
        diskBytesPerEntry: (await stat(path)).size / size,
        ...asked,
      });
    }
    const [small, large] = sizes;
    if (small === undefined || large === undefined) throw new Error('two sizes were measured');
    return {
      sizes,
      p99GrowthRatio: large.p99Ms / small.p99Ms,
      proofGrowthRatio: large.proofBytesWithoutNotes / small.proofBytesWithoutNotes,
      integrationGrowthRatio: small.integratedPerSecond / large.integratedPerSecond,
    };
  } finally {
    completeness.close();
    reader.close();
    store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Signs checkpoints over the ledger, as the publisher does. */
class PublishedTree {
  readonly #reader: LedgerReader;
  readonly #range = new CompactRange(nodeCrypto);
  readonly #signer: ReturnType<typeof noteSigner>;
  readonly verifierKey: string;

  constructor(reader: LedgerReader, key: LogSigningKey) {
    this.#reader = reader;
    this.#signer = noteSigner({
      name: ORIGIN,
      type: keyTypes.ed25519,
      publicKey: key.publicKey,
      signBytes: (message) => key.sign(message),
    });
    this.verifierKey = formatVerifierKey(ORIGIN, keyTypes.ed25519, key.publicKey);
  }

  checkpoint(size: number): string {
    while (this.#range.size < size) {
      const { entries } = this.#reader.read(this.#range.size, Math.min(1024, size - this.#range.size));
      for (const entry of entries) this.#range.append(leafHash(entry, nodeCrypto));
    }
    return signNote(formatCheckpoint({ origin: ORIGIN, size, root: this.#range.root() }), [this.#signer]);
  }
}

/** Milliseconds of processor time until the index covers `size` entries, in checkpoints of the largest size that the publisher signs. */
async function integrate(completeness: Completeness, log: PublishedTree, size: number): Promise<number> {
  let elapsedMs = 0;
  for (let covered = completeness.status().size; covered < size;) {
    covered = Math.min(size, covered + CHECKPOINT_ENTRIES);
    const checkpoint = log.checkpoint(covered);
    const startedAt = cpuMs();
    completeness.advance(checkpoint);
    while (completeness.status().size < covered) await new Promise((resolve) => setImmediate(resolve));
    elapsedMs += cpuMs() - startedAt;
  }
  return elapsedMs;
}

function hashing(from: number, to: number): number {
  const entries = Array.from({ length: Math.min(100_000, to - from) }, (_, index) =>
    sampleEntry(from + index),
  );
  const startedAt = cpuMs();
  for (const entry of entries) hash('sha256', entry, 'buffer');
  return (entries.length * 1000) / (cpuMs() - startedAt);
}

/** What integration takes depends on the machine; on a busy one only processor time says how much. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function ask(
  completeness: Completeness,
  size: number,
  verifierKey: string,
): Promise<Pick<SizeFigures, 'p50Ms' | 'p99Ms' | 'proofBytes' | 'proofBytesWithoutNotes' | 'verifyMs'>> {
  const latencies: number[] = [];
  let proofBytes = 0;
  let proofBytesWithoutNotes = 0;
  let verifyMs = 0;
  for (let turn = 0; turn < QUESTIONS; turn += 1) {
    const startedAt = performance.now();
    const outcome = await completeness.answer(questionAt(turn, size));
    latencies.push(performance.now() - startedAt);
    if (outcome.kind !== 'answer') throw new Error(outcome.message);
    const verifiedAt = performance.now();
    const verdict = verifyAnswer({
      answer: outcome.text,
      trustedKeys: { origin: ORIGIN, logKeys: [verifierKey] },
      crypto: nodeCrypto,
    });
    verifyMs += performance.now() - verifiedAt;
    if (!verdict.ok) throw new Error(verdict.reasons.join());
    const { checkpoint, index } = parseAnswer(outcome.text);
    const encoded = verdict.entries.reduce((sum, { entry }) => sum + 4 * Math.ceil(entry.length / 3), 0);
    proofBytes += outcome.text.length - encoded;
    proofBytesWithoutNotes += outcome.text.length - encoded - checkpoint.length - index.length;
  }
  latencies.sort((left, right) => left - right);
  return {
    p50Ms: latencies[Math.floor(QUESTIONS * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(QUESTIONS * 0.99)] ?? 0,
    proofBytes: proofBytes / QUESTIONS,
    proofBytesWithoutNotes: proofBytesWithoutNotes / QUESTIONS,
    verifyMs: verifyMs / QUESTIONS,
  };
}

/** An asset with a few events, and windows of hot subjects, by time and by index; and what never was. */
function questionAt(turn: number, size: number): AnswerQuestion {
  const arn = `arn:aws:iam::${ACCOUNT}:user/service-${turn % 50}`;
  const key = `${String(turn % 1000).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const start = Math.floor(((turn * 7919) % 1000) * (size / 1000) * 0.9);
  const startMs = Date.UTC(2026, 0, 1) + start * 10;
  switch (turn % 5) {
    case 0:
      return question({ kind: 'all' }, 'asset', 'customer', String((turn * 131) % 100_000));
    case 1:
      return question({ kind: 'index', from: start, to: start + 100 }, 'account', ACCOUNT);
    case 2:
      return question({ kind: 'time', fromMs: startMs, toMs: startMs + 50_000 }, 'principal', arn);
    case 3:
      return question({ kind: 'time', fromMs: startMs, toMs: startMs + 200_000 }, 'key', key);
    default:
      return question({ kind: 'all' }, 'key-principal', key, `${arn}-nobody`);
  }
}

function question(window: AnswerWindow, type: string, ...texts: readonly string[]): AnswerQuestion {
  const subject = readSubject(type, texts);
  if (subject === undefined) throw new Error(`there is no subject \`${type}\``);
  return { subject, window };
}
