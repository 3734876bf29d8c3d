import {
  type CheckpointConflict,
  type CheckpointFields,
  consistencyProof,
  decodeEntries,
  emptyRoot,
  fetchTile,
  GrowingTree,
  LogError,
  type LogFetch,
  openCheckpoint,
  openIndexCheckpoint,
  parseTilePath,
  tileHashReader,
  tilePath,
  tileWidth,
  tileWidthMax,
  type TrustedKeys,
  verifyConsistency,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { EvidenceFolder } from '../evidence/index.ts';
import { Failure } from '../failure.ts';
import type { KeptCheckpoint } from './kept-checkpoint.ts';
import type { MirrorTarget } from './mirror-target.ts';

/** Which log is copied and where to. */
export interface MirrorOptions {
  readonly source: LogFetch;
  readonly keys: TrustedKeys;
  readonly target: MirrorTarget;
  readonly evidence: EvidenceFolder;
  /** For a target that is out of the hands of who runs the mirror. */
  readonly kept?: KeptCheckpoint;
  /** POSIX milliseconds. */
  readonly timeMs: () => number;
}

/**
 * What a look at the log has come to. `current`: there is nothing new. `copied`: there was, and it is in the target. `stale`:
 * the log shows an older checkpoint of the same history, as caches do. `altered`: what is served is not what is signed.
 * `conflict`: the log contradicts what it has signed before; the evidence is kept, and nothing was copied.
 */
export type MirrorOutcome =
  | { readonly kind: 'current' | 'copied' | 'stale'; readonly size: number; readonly before: number }
  | { readonly kind: 'altered'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly conflict: CheckpointConflict };

/** What the target holds: the tree, and the checkpoint that it belongs to unless it is empty. */
interface Held {
  readonly signed: SignedTree | undefined;
  readonly tree: GrowingTree;
}

/** A checkpoint that the log has signed. */
export interface SignedTree extends CheckpointFields {
  readonly note: Uint8Array;
  readonly signedSeconds: number;
}

/** Bundles that are read at once. */
const bundlesMax = 8;

/**
 * Follows a log into a folder or an object store, verifying as it copies.
 *
 * INVARIANT: the checkpoint in the target is one that the trusted keys have signed, the files in the target lead to its
 * root, and it extends every checkpoint that was there before. A crash at any line leaves that true; files beyond the
 * checkpoint are looked at again by the next run, which saves it from reading them from the log.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #target: MirrorTarget;
  /** What the target holds; `undefined` after a failure, and then it is read again. */
  #held: Held | undefined;
  /** Of the index checkpoint in the target, whose partial bundle is kept; 0 for none. */
  #indexSize = 0;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#target = options.target;
  }

  /** Looks at the log once and copies what is new. @throws Failure when the target is not a mirror of this log. */
  async step(): Promise<MirrorOutcome> {
    let held: Held;
    try {
      held = this.#held ??= await this.#read();
    } catch (error) {
      if (error instanceof Contradiction) return { kind: 'conflict', conflict: error.conflict };
      throw error;
    }
    const note = await this.#options.source('checkpoint');
    if (note === null) return { kind: 'altered', reason: 'there is no `checkpoint`' };
    const shown = open(note, this.#options.keys);
    if ('reason' in shown) return { kind: 'altered', reason: shown.reason };
    const before = held.signed?.size ?? 0;
    if (held.signed !== undefined && shown.size <= before) return this.#compare(held.signed, shown);
    this.#held = undefined;
    const reason = await this.#copy(held.tree, shown, true);
    if (reason === undefined) return { kind: 'copied', size: shown.size, before };
    return this.#blame(held.signed, shown, reason);
  }

  /** The checkpoint in the target; `undefined` before the first. @throws Failure as `step` does. */
  async covered(): Promise<SignedTree | undefined> {
    this.#held ??= await this.#read();
    return this.#held.signed;
  }

  /** Reads what the checkpoint in the target covers, partial bundles of every size included. */
  readonly fetch: LogFetch = (path) => {
    const name = parseTilePath(path);
    const tree = this.#held?.tree;
    const isGrowing =
      name?.level === 'entries' && tree !== undefined && name.n === Math.floor(tree.size / tileWidthMax);
    return isGrowing && name.width <= tree.size % tileWidthMax
      ? Promise.resolve(tree.partial('entries', name.n, name.width))
      : this.#target.fetch(path);
  };

  /**
   * Puts an index checkpoint into the target, with the entries that it covers. Only for one of a size that the checkpoint
   * in the target has reached; one that is smaller than that of the index which is there is left out.
   */
  async publishIndex(note: Uint8Array, size: number): Promise<void> {
    const { tree } = (this.#held ??= await this.#read());
    const [n, width] = [Math.floor(size / tileWidthMax), size % tileWidthMax];
    const before = this.#indexSize;
    if (size < before) return;
    const held = this.#held;
    this.#held = undefined;
    this.#indexSize = size;
    if (width > 0 && n === Math.floor(tree.size / tileWidthMax) && width < tree.size % tileWidthMax) {
      const bytes = tree.partial('entries', n, width);
      await this.#target.write([{ path: tilePath('entries', n, width), level: 'entries', n, width, bytes }]);
    }
    await this.#target.replace('index', note);
    if (before !== size && before > 0) {
      const kept = [...bundleOf(tree.size), ...bundleOf(size)];
      await this.#target.removePartials('entries', Math.floor(before / tileWidthMax), kept);
    }
    this.#held = held;
  }

  async #read(): Promise<Held> {
    await this.#target.prepare();
    this.#indexSize = await this.#readIndexSize();
    const note = await this.#target.fetch('checkpoint');
    const signed = note === null ? undefined : this.#openOwn(note);
    await this.#compareKept(signed);
    const tree = signed === undefined ? new GrowingTree(nodeCrypto) : await this.#restore(signed);
    return { signed, tree };
  }

  /** What witnesses are asked for may have changed since; that the log has signed has not. */
  #openOwn(note: Uint8Array): SignedTree {
    const { origin, logKeys, logKeysNeeded } = this.#options.keys;
    const needed = logKeysNeeded === undefined ? {} : { logKeysNeeded };
    const signed = open(note, { origin, logKeys, ...needed });
    if ('reason' in signed) throw unusable(this.#target.name, signed.reason);
    return signed;
  }

  /** The target must hold what was put there last, or what extends it. */
  async #compareKept(signed: SignedTree | undefined): Promise<void> {
    const note = await this.#options.kept?.read();
    if (note === undefined) return;
    const kept = this.#openOwn(note);
    if (signed === undefined || signed.size < kept.size) {
      const reason = `it holds ${signed?.size ?? 0} entries, and had ${kept.size}: it was put back`;
      throw unusable(this.#target.name, reason);
    }
    if (signed.size === kept.size && Buffer.compare(signed.root, kept.root) === 0) return;
    const isFork = signed.size === kept.size;
    if (!isFork && (await isConsistent(this.#target.fetch, kept, signed))) return;
    const reason = `what stands in \`${this.#target.name}\` does not go on from what was put there`;
    const outcome = await this.#conflict(isFork ? 'fork' : 'inconsistent', reason, kept, signed);
    if (outcome.kind === 'conflict') throw new Contradiction(outcome.conflict);
  }

  async #replaceCheckpoint(note: Uint8Array): Promise<void> {
    await this.#target.replace('checkpoint', note);
    await this.#options.kept?.replace(note);
  }

  /** Of the index checkpoint in the target; 0 when there is none. */
  async #readIndexSize(): Promise<number> {
    const note = await this.#target.fetch('index');
    const { origin, logKeys } = this.#options.keys;
    const opened =
      note === null
        ? undefined
        : openIndexCheckpoint(note, { origin, logKeys, logKeysNeeded: 'one' }, nodeCrypto);
    return opened?.ok === true ? opened.checkpoint.size : 0;
  }

  async #restore({ size, root }: CheckpointFields): Promise<GrowingTree> {
    try {
      return await GrowingTree.restore({ size, root, fetch: this.#target.fetch, hasher: nodeCrypto });
    } catch (error) {
      if (error instanceof LogError) throw unusable(this.#target.name, error.message, error);
      throw error;
    }
  }

  /** A checkpoint that is not larger than the one held: a repetition, an older one, or one that contradicts it. */
  async #compare(held: SignedTree, shown: SignedTree): Promise<MirrorOutcome> {
    const { size } = held;
    if (shown.size === size && Buffer.compare(shown.root, held.root) !== 0) {
      const reason = `the log has signed two trees of \`${size}\` entries with different roots`;
      return this.#conflict('fork', reason, held, shown);
    }
    if (shown.size === size) {
      if (shown.signedSeconds > held.signedSeconds || shown.note.length > held.note.length) {
        this.#held = undefined;
        await this.#replaceCheckpoint(shown.note);
      }
      return { kind: 'current', size, before: size };
    }
    if (shown.signedSeconds > held.signedSeconds && held.signedSeconds > 0) {
      const reason = `the log has signed a tree of \`${shown.size}\` entries after one of \`${size}\``;
      return this.#conflict('rollback', reason, held, shown);
    }
    if (await isConsistent(this.#target.fetch, shown, held)) {
      return { kind: 'stale', size: shown.size, before: size };
    }
    const reason = `the log has signed a tree of \`${shown.size}\` entries that those held here do not begin with`;
    return this.#conflict('inconsistent', reason, held, shown);
  }

  /** Copies up to a checkpoint. Resolves with why what was read does not lead to it. */
  async #copy(tree: GrowingTree, shown: SignedTree, usesLeftovers: boolean): Promise<string | undefined> {
    const from = tree.size;
    const outdated = tree.partialFiles();
    const read = await this.#grow(tree, shown.size, usesLeftovers);
    if (read.reason === undefined && Buffer.compare(tree.root(), shown.root) === 0) {
      const partials = tree.partialFiles();
      await this.#target.write(partials);
      await this.#replaceCheckpoint(shown.note);
      for (const { level, n } of [...outdated, ...partials]) {
        const kept = partials.filter((partial) => partial.level === level && partial.n === n);
        const ofIndex = level === 'entries' ? bundleOf(this.#indexSize) : [];
        await this.#target.removePartials(level, n, [...kept.map(({ path }) => path), ...ofIndex]);
      }
      return undefined;
    }
    await this.#removeBeyond(from, Math.min(shown.size, tree.size + bundlesMax * tileWidthMax));
    // What an earlier run has left may be what was wrong, so the log is believed to be in order until it alone was read.
    if (read.leftovers > 0) return this.#copyAgain(shown);
    return read.reason ?? 'the entries do not lead to the signed root';
  }

  async #copyAgain(shown: SignedTree): Promise<string | undefined> {
    const { tree } = await this.#read();
    return this.#copy(tree, shown, false);
  }

  async #grow(
    tree: GrowingTree,
    size: number,
    usesLeftovers: boolean,
  ): Promise<{ readonly leftovers: number; readonly reason?: string }> {
    let leftovers = 0;
    try {
      while (tree.size < size) {
        const first = Math.floor(tree.size / tileWidthMax);
        const count = Math.min(bundlesMax, Math.ceil(size / tileWidthMax) - first);
        const numbers = Array.from({ length: count }, (_, step) => first + step);
        const bundles = await Promise.all(numbers.map((n) => this.#bundle(n, size, usesLeftovers)));
        for (const [step, { entries, isLeftover }] of bundles.entries()) {
          leftovers += isLeftover ? 1 : 0;
          for (const entry of entries.slice(tree.size - (first + step) * tileWidthMax)) tree.append(entry);
        }
        await this.#target.write(tree.takeFullFiles());
      }
      return { leftovers };
    } catch (error) {
      if (error instanceof LogError) return { leftovers, reason: error.message };
      throw error;
    }
  }

  /** The entries of a bundle, from the target when an earlier run has got so far, and else from the log. */
  async #bundle(
    n: number,
    size: number,
    usesLeftovers: boolean,
  ): Promise<{ readonly entries: readonly Uint8Array[]; readonly isLeftover: boolean }> {
    const width = tileWidth('entries', n, size);
    const leftover = usesLeftovers ? await this.#target.fetch(tilePath('entries', n)) : null;
    if (leftover !== null) {
      const entries = decodeEntries(leftover).slice(0, width);
      return { entries, isLeftover: true };
    }
    const bundle = await fetchTile(this.#options.source, 'entries', n, width);
    const path = tilePath('entries', n, width);
    if (bundle === null) throw new LogError('missing-file', `there is no \`${path}\``);
    const entries = decodeEntries(bundle.bytes);
    if (entries.length === width) return { entries, isLeftover: false };
    throw new LogError('malformed-bundle', `\`${path}\` has \`${entries.length}\` entries`);
  }

  /**
   * Removes the full files that no checkpoint here covers, up to where was read: what the log says to have is no measure,
   * for it can sign any size.
   */
  async #removeBeyond(covered: number, read: number): Promise<void> {
    for (let level = 0, width = 1; width <= read; level += 1, width *= tileWidthMax) {
      const last = Math.floor(read / width / tileWidthMax);
      for (let n = Math.floor(covered / width / tileWidthMax); n <= last; n += 1) {
        if (level === 0) await this.#target.remove(tilePath('entries', n));
        await this.#target.remove(tilePath(level, n));
      }
    }
  }

  /** Whether the log serves other bytes than it has signed, or has signed what does not go together. */
  async #blame(held: SignedTree | undefined, shown: SignedTree, reason: string): Promise<MirrorOutcome> {
    if (held === undefined || (await isConsistent(this.#options.source, held, shown))) {
      return { kind: 'altered', reason };
    }
    const why = `the log does not show that its tree of \`${shown.size}\` entries extends that of \`${held.size}\``;
    return this.#conflict('inconsistent', why, held, shown);
  }

  async #conflict(
    kind: CheckpointConflict['kind'],
    reason: string,
    held: SignedTree,
    shown: SignedTree,
  ): Promise<MirrorOutcome> {
    const text = (tree: SignedTree): string => Buffer.from(tree.note).toString('utf8');
    const conflict = { kind, reason, kept: text(held), shown: text(shown) };
    await this.#options.evidence.keep(conflict, this.#options.timeMs());
    return { kind: 'conflict', conflict };
  }
}

/** Two checkpoints that the log has signed were found to contradict each other. */
class Contradiction extends Error {
  readonly conflict: CheckpointConflict;

  constructor(conflict: CheckpointConflict) {
    super(conflict.reason);
    this.name = 'Contradiction';
    this.conflict = conflict;
  }
}

/** The path of the partial bundle that a log of this size ends with, if it does. */
function bundleOf(size: number): readonly string[] {
  const width = size % tileWidthMax;
  return width === 0 ? [] : [tilePath('entries', Math.floor(size / tileWidthMax), width)];
}

/** Whether the tiles of the larger tree prove that it begins with the smaller one. */
async function isConsistent(fetch: LogFetch, old: SignedTree, now: SignedTree): Promise<boolean> {
  try {
    const reader = tileHashReader({ size: now.size, fetch, hasher: nodeCrypto });
    const proof = await consistencyProof(old.size, now.size, reader, nodeCrypto);
    const oldRoot = old.size === 0 ? emptyRoot(nodeCrypto) : old.root;
    const claim = { oldSize: old.size, oldRoot, newSize: now.size, newRoot: now.root, proof };
    return verifyConsistency(claim, nodeCrypto).ok;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}

function open(note: Uint8Array, keys: TrustedKeys): SignedTree | { readonly reason: string } {
  const opened = openCheckpoint(note, keys, nodeCrypto);
  if (!opened.ok) return { reason: opened.reasons.join('; ') };
  const { origin, size, root } = opened.checkpoint;
  const ofLog = opened.signatures.filter(({ name }) => name === origin);
  return { origin, size, root, note, signedSeconds: Math.max(0, ...ofLog.map((one) => one.timestamp ?? 0)) };
}

function unusable(target: string, reason: string, cause?: Error): Failure {
  return new Failure('could-not', `\`${target}\` is not a whole mirror of this log: ${reason}`, { cause });
}
