import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnswerVerdict,
  CompactRange,
  formatCheckpoint,
  formatVerifierKey,
  indexOrigin,
  IndexReplay,
  keyTypes,
  leafHash,
  noteSigner,
  parseCheckpoint,
  parseNote,
  readSubject,
  signNote,
  type Subject,
  type TrustedKeys,
  verifyAnswer,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { AnswerQuestion, LedgerReader } from '../../core/audit/index.ts';
import {
  type LogSigningKey,
  openLogSigningKey,
  type SecretKey,
  takeSecretKey,
} from '../../core/crypto/index.ts';
import { type Completeness, createCompleteness } from './index.ts';

const ORIGIN = 'log.example/complete';
const WAIT_MS = 60_000;
const MINUTE_MS = 60_000;
const ed25519: LogSigningKey = openLogSigningKey('ed25519', takeSecretKey(new Uint8Array(32).fill(1)));
const mlDsa44 = openLogSigningKey('ml-dsa-44', takeSecretKey(new Uint8Array(32).fill(2)));
const signer = noteSigner({
  name: ORIGIN,
  type: keyTypes.ed25519,
  publicKey: ed25519.publicKey,
  signBytes: (message) => ed25519.sign(message),
});
const ownTagKey = takeSecretKey(new Uint8Array(32).fill(3));
/** Of the log of these tests. */
export const trustedKeys: TrustedKeys = {
  origin: ORIGIN,
  logKeys: [formatVerifierKey(ORIGIN, keyTypes.ed25519, ed25519.publicKey)],
};

/** A log in memory that can state its own checkpoint. */
export class MemoryLog implements LedgerReader {
  readonly entries: Uint8Array[] = [];
  readonly #range = new CompactRange(nodeCrypto);
  readonly #statements = new Map<number, Uint8Array>();

  add(...entries: readonly Uint8Array[]): this {
    for (const entry of entries) {
      this.entries.push(entry);
      this.#range.append(leafHash(entry, nodeCrypto));
    }
    return this;
  }

  size(): number {
    return this.entries.length;
  }

  read(
    first: number,
    entriesMax: number,
  ): { readonly first: number; readonly entries: readonly Uint8Array[] } {
    return { first, entries: this.entries.slice(first, first + entriesMax) };
  }

  checkpoint(root: Uint8Array = this.#range.root()): string {
    return signNote(formatCheckpoint({ origin: ORIGIN, size: this.size(), root }), [signer]);
  }

  /** What an index checkpoint of the first `size` entries has to state, from the entries alone. */
  statement(size: number = this.size()): Uint8Array {
    const known = this.#statements.get(size);
    if (known !== undefined) return known;
    const replay = new IndexReplay(nodeCrypto);
    for (const entry of this.entries.slice(0, size)) replay.append(entry);
    this.#statements.set(size, replay.statement());
    return replay.statement();
  }
}

/** Many of one account, fewer of each key and customer; every eleventh is late, some cannot be read. */
export function entryAt(n: number): Uint8Array {
  if (n % 97 === 96) return Buffer.from(`entry ${n}`);
  const lateMs = n % 11 === 10 ? ((n * 7) % 5) * MINUTE_MS : 0;
  const event = {
    action: 'key.decrypt',
    actor: { account: '1', arn: `arn:aws:iam::1:user/u${n % 13}`, credentialId: `AKIA${n % 13}` },
    client: { address: `192.0.2.${n % 5}` },
    context: { customer: String((n * 31) % 400), purpose: 'files' },
    key: { id: `k-${n % 3}`, requested: n % 2 === 0 ? 'alias/files' : `k-${n % 3}` },
    n,
    time: n % 89 === 88 ? 'unknown' : new Date(n * 1000 + 10 * MINUTE_MS - lateMs).toISOString(),
  };
  return Buffer.from(JSON.stringify(event));
}

/** Entries `first` to before `end`. */
export function entriesFrom(first: number, end: number): readonly Uint8Array[] {
  return Array.from({ length: end - first }, (_, place) => entryAt(first + place));
}

/** A subject that there is. */
export function subjectOf(type: string, ...texts: readonly string[]): Subject {
  const subject = readSubject(type, texts);
  assert(subject);
  return subject;
}

/** An index over a log in a folder of its own, in which followers come and go, and all that they have signed. */
export class Rig implements Disposable {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'keywitness-completeness-'));
  readonly path: string = join(this.directory, 'completeness.db');
  /** Index checkpoints in the order in which they were published, also those of which this failed. */
  readonly published: string[] = [];
  readonly failures: unknown[] = [];
  /** The texts that were signed. */
  readonly signed: string[] = [];
  readonly #open: Completeness[] = [];

  [Symbol.dispose](): void {
    for (const one of this.#open) one.close();
    rmSync(this.directory, { recursive: true });
  }

  start(reader: LedgerReader, file: string = this.path, tagKey: SecretKey = ownTagKey): Completeness {
    const completeness = createCompleteness({
      reader,
      path: file,
      tagKey,
      origin: ORIGIN,
      ed25519: {
        ...ed25519,
        sign: (message) => {
          this.signed.push(Buffer.from(message).toString('utf8'));
          return ed25519.sign(message);
        },
      },
      mlDsa44,
      timeMs: () => 1_800_000_000_000,
      nowMs: () => performance.now(),
      // What is to wait a second in earnest is not what these tests are about.
      schedule: (delayMs, task) =>
        void (delayMs <= 1000 ? setImmediate(task) : setTimeout(task, delayMs).unref()),
      publish: (note) => this.published.push(note),
      onFailure: (error) => this.failures.push(error),
    });
    this.#open.push(completeness);
    return completeness;
  }

  /** Every statement that was ever signed is the one that the first entries of the log lead to: one for each size. */
  checkSigned(log: MemoryLog): void {
    for (const text of new Set(this.signed)) {
      const { root, size } = parseCheckpoint(text);
      assert.deepEqual(Buffer.from(root), Buffer.from(log.statement(size)), `signed for ${size} entries`);
    }
  }
}

/** Gives way until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  const limit = AbortSignal.timeout(WAIT_MS);
  while (!condition()) {
    limit.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The verdict on an answer, which must hold. */
export async function verdictOn(
  completeness: Completeness,
  question: AnswerQuestion,
): Promise<Extract<AnswerVerdict, { ok: true }>> {
  const outcome = await completeness.answer(question);
  assert.equal(outcome.kind, 'answer');
  const verdict = verifyAnswer({
    answer: outcome.kind === 'answer' ? outcome.text : '',
    trustedKeys,
    crypto: nodeCrypto,
  });
  assert(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
  return verdict;
}

/** What an index checkpoint states. */
export function rootOf(note: string | undefined): Uint8Array {
  const { root, origin } = parseCheckpoint(parseNote(note ?? '').text);
  assert.equal(origin, indexOrigin(ORIGIN));
  return root;
}
