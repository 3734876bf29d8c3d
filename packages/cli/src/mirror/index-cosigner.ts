import {
  addSignatures,
  cosign,
  decodeEntries,
  fetchTile,
  formatCosignatures,
  type IndexReplay,
  LogError,
  type LogFetch,
  type NoteSigner,
  openIndexCheckpoint,
  parseNote,
  tileWidth,
  tileWidthMax,
  type TrustedKeys,
  verifyIndex,
  verifyLog,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { EvidenceFolder, KeptConflict } from '../evidence/index.ts';
import { Failure } from '../failure.ts';
import type { Mirror } from './mirror.ts';
import type { ReplayStore } from './replay-store.ts';

/** Who cosigns the index of which log. */
export interface IndexCosignerOptions {
  /** Where index checkpoints are found: the file `index` beside the log. */
  readonly source: LogFetch;
  readonly keys: TrustedKeys;
  readonly mirror: Mirror;
  readonly store: ReplayStore;
  readonly evidence: EvidenceFolder;
  /** Of the mirror. */
  readonly signers: readonly NoteSigner[];
  /** POSIX milliseconds. */
  readonly timeMs: () => number;
  /** Told what an operator should know. */
  readonly onTrouble: (message: string) => void;
}

/**
 * What was found of an index checkpoint. `waiting`: it covers more than was replayed so far. `refused`: it is not signed
 * by the log. `conflict`: the log has signed an index that its entries do not lead to; the evidence is kept.
 */
export type IndexFinding =
  | { readonly kind: 'cosigned'; readonly size: number; readonly note: string; readonly signatures: string }
  | { readonly kind: 'waiting'; readonly size: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly conflict: KeptConflict };

/** What can be said at once. */
export type Judgement = Exclude<IndexFinding, { kind: 'conflict' }> | { readonly kind: 'differs' };

/** Statements that are kept in one transaction. */
const savedMax = 16 * tileWidthMax;

/**
 * Replays what a mirror has copied, and cosigns the index checkpoints that it leads to (`spec/completeness.md`,
 * "Mirrors").
 *
 * INVARIANT: what is cosigned was computed from entries that lead to a checkpoint which the log has signed. A log is
 * accused only after all of it was computed once more from the copy, and the copy found whole.
 */
export class IndexCosigner {
  readonly #options: IndexCosignerOptions;
  #replay: IndexReplay;
  /** Entries that were found to be those of a signed checkpoint. */
  #confirmed = 0;
  /** The note that was read last and is still to be published. */
  #pending: string | undefined;
  #published: { readonly text: string; readonly note: string } | undefined;

  constructor(options: IndexCosignerOptions) {
    this.#options = options;
    this.#replay = this.#open();
  }

  /** Entries that index checkpoints can be judged by. */
  get size(): number {
    return this.#confirmed;
  }

  /** The newest index checkpoint that was cosigned and published; `undefined` before the first. */
  get published(): string | undefined {
    return this.#published?.note;
  }

  /** Reads the log's index checkpoint. Before its checkpoint is read, which then covers as much. */
  async look(): Promise<void> {
    if (this.#pending !== undefined) return;
    const note = await this.#options.source('index');
    if (note !== null) this.#pending = Buffer.from(note).toString('utf8');
  }

  /** Replays what was copied, and cosigns and publishes the index checkpoint that was read, if it is a new one. */
  async settle(): Promise<IndexFinding | undefined> {
    await this.#catchUp();
    const note = this.#pending;
    if (note === undefined) return undefined;
    const finding = await this.resolve(note);
    if (finding.kind === 'waiting') return finding;
    this.#pending = undefined;
    if (finding.kind !== 'cosigned') return finding;
    const { text } = parseNote(note);
    if (this.#published?.text === text) return undefined;
    await this.#options.mirror.publishIndex(Buffer.from(finding.note), finding.size);
    this.#published = { text, note: finding.note };
    return finding;
  }

  /** Cosigns an index checkpoint of any size up to what was replayed. `differs`: ask `resolve` what to make of it. */
  judge(note: string | Uint8Array): Judgement {
    const opened = openIndexCheckpoint(note, logOnly(this.#options.keys), nodeCrypto);
    if (!opened.ok) return { kind: 'refused', reason: opened.reasons.join('; ') };
    const { size, root } = opened.checkpoint;
    if (size > this.#confirmed) return { kind: 'waiting', size };
    const text = Buffer.from(note).toString('utf8');
    const statement = this.#options.store.statement(size);
    if (statement === undefined || Buffer.compare(statement, root) !== 0) return { kind: 'differs' };
    return this.#cosign(text, size);
  }

  /**
   * The same, and for what differs from what was kept it finds out who is wrong. Only the log can have signed it, but
   * what was kept could have been damaged: so the copy is verified, and the index computed from it alone. Not while
   * `settle` or the mirror's `step` is at work.
   */
  async resolve(note: string | Uint8Array): Promise<IndexFinding> {
    const finding = this.judge(note);
    if (finding.kind !== 'differs') return finding;
    const conflict = await this.#recompute(Buffer.from(note));
    if (conflict !== undefined) return { kind: 'conflict', conflict };
    this.#restart('a part of it was altered');
    await this.#catchUp();
    const again = this.judge(note);
    if (again.kind !== 'differs') return again;
    throw new Failure(
      'could-not',
      'what is replayed differs from one time to the next: is this machine sound?',
    );
  }

  #cosign(note: string, size: number): Extract<IndexFinding, { kind: 'cosigned' }> {
    const signatures = cosign(parseNote(note).text, this.#options.signers);
    return {
      kind: 'cosigned',
      size,
      note: addSignatures(note, signatures),
      signatures: formatCosignatures(signatures),
    };
  }

  #open(): IndexReplay {
    const { replay, discarded } = this.#options.store.open();
    if (discarded !== undefined) this.#doubt(discarded);
    return replay;
  }

  #doubt(why: string): void {
    this.#options.onTrouble(`what was replayed is thrown away and computed again: ${why}`);
  }

  /** Replays up to the checkpoint in the target, whose root says that these are the entries. */
  async #catchUp(): Promise<void> {
    const signed = await this.#options.mirror.covered();
    if (signed === undefined || signed.size === this.#confirmed) return;
    if (this.#replay.size > signed.size) this.#restart('it is further than the copy');
    for (const isLast of [false, true]) {
      const problem = await this.#replayTo(signed.size);
      const isRight = problem === undefined && Buffer.compare(this.#replay.logRoot(), signed.root) === 0;
      if (isRight) {
        this.#confirmed = signed.size;
        return;
      }
      const why = problem ?? 'it does not lead to the root of the copy';
      if (isLast) throw new Failure('could-not', `the copy is not whole: ${why}`);
      this.#restart(why);
    }
  }

  #restart(why: string): void {
    this.#doubt(why);
    this.#confirmed = 0;
    this.#replay = this.#options.store.clear();
  }

  async #replayTo(size: number): Promise<string | undefined> {
    const { mirror, store } = this.#options;
    let statements: Uint8Array[] = [];
    while (this.#replay.size < size) {
      const n = Math.floor(this.#replay.size / tileWidthMax);
      const entries = await readBundle(mirror.fetch, n, size);
      if (typeof entries === 'string') return entries;
      for (const entry of entries.slice(this.#replay.size - n * tileWidthMax)) {
        this.#replay.append(entry);
        statements.push(this.#replay.statement());
      }
      if (statements.length < savedMax && this.#replay.size < size) continue;
      store.save(this.#replay, statements);
      statements = [];
    }
    return undefined;
  }

  /** The conflict between an index checkpoint and the copy, after both were looked at anew; `undefined` for none. */
  async #recompute(note: Buffer): Promise<KeptConflict | undefined> {
    const { mirror, keys, evidence, timeMs } = this.#options;
    const checked = { keys: logOnly(keys), crypto: nodeCrypto };
    const { problems, size } = await verifyLog({ ...checked, fetch: mirror.fetch });
    const [problem] = problems;
    if (problem !== undefined) throw new Failure('could-not', `the copy is not whole: ${problem.message}`);
    const fetch: LogFetch = (path) => (path === 'index' ? Promise.resolve(note) : mirror.fetch(path));
    const verdict = await verifyIndex({ ...checked, fetch });
    const signed = await mirror.covered();
    if (verdict.ok || signed === undefined) return undefined;
    const conflict: KeptConflict = {
      kind: 'index',
      reason: `${verdict.reasons.join('; ')}, and the copy of ${size} entries is whole`,
      kept: Buffer.from(signed.note).toString('utf8'),
      shown: note.toString('utf8'),
    };
    await evidence.keep(conflict, timeMs());
    return conflict;
  }
}

/** What witnesses are asked for is no matter of the index. */
function logOnly({ origin, logKeys, logKeysNeeded }: TrustedKeys): TrustedKeys {
  return { origin, logKeys, ...(logKeysNeeded === undefined ? {} : { logKeysNeeded }) };
}

/** The entries of a bundle, or why they cannot be had. */
async function readBundle(fetch: LogFetch, n: number, size: number): Promise<readonly Uint8Array[] | string> {
  const width = tileWidth('entries', n, size);
  try {
    const bundle = await fetchTile(fetch, 'entries', n, width);
    if (bundle === null) return `bundle \`${n}\` of the entries is missing`;
    const entries = decodeEntries(bundle.bytes);
    return entries.length === width ? entries : `bundle \`${n}\` has \`${entries.length}\` entries`;
  } catch (error) {
    if (error instanceof LogError) return error.message;
    throw error;
  }
}
