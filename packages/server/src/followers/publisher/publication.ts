import assert from 'node:assert/strict';
import { type GrowingTree, parseTilePath } from '@keywitness/log';
import type { LedgerReader } from '../../core/audit/index.ts';
import type { CheckpointSigner, SignedCheckpoint } from './checkpoint-signer.ts';
import { PublisherError } from './errors.ts';
import type { FileOperations } from './file-operations.ts';
import { LogDirectory, WITNESSED } from './log-directory.ts';
import { PartialFiles } from './partial-files.ts';
import { PublishedTree } from './published-tree.ts';
import { checkAgainstFile } from './published-file.ts';
import { growTree, restoreTree } from './restore.ts';

/** Where the last checkpoint is kept, out of reach of whoever can write to the published directory. */
export interface CheckpointStore {
  /** The last checkpoint, `null` before the first. */
  checkpoint(): Promise<string | null>;
  /** Replaces the checkpoint if it still is `expected`, durably. False: it is another one. */
  replaceCheckpoint(expected: string | null, next: string): Promise<boolean>;
}

/** What is published, from where and to where. */
interface PublicationParts {
  readonly reader: LedgerReader;
  readonly checkpoints: CheckpointStore;
  readonly signer: CheckpointSigner;
  readonly files: FileOperations;
  /** Where the log is published. */
  readonly directory: string;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Entries under one more checkpoint, so that catching up is published in steps. */
const ENTRIES_PER_CHECKPOINT_MAX = 65_536;

/**
 * Publishes one checkpoint after the other. The order is what makes a crash at any line harmless: full files are
 * durable before a checkpoint that needs them is signed; the checkpoint is in the store before anybody sees it; partial
 * files lie beside the checkpoint file before it is replaced.
 *
 * INVARIANT: what is signed extends the checkpoint in the store. The tree begins as that of the stored checkpoint,
 * compared with its root, it only grows, and the store takes the next checkpoint only in the place of that one (G3).
 *
 * After any failure the tree is thrown away, and the next call starts as a new process would.
 */
export class Publication {
  readonly #parts: PublicationParts;
  readonly #directory: LogDirectory;
  readonly #partials: PartialFiles;
  #tree: GrowingTree | undefined;
  #published: PublishedTree | undefined;
  #witnessed: SignedCheckpoint | undefined;
  /** The notes that the store may hold when nobody else publishes; `undefined` before it was asked. */
  #ours: ReadonlySet<string | null> | undefined;

  constructor(parts: PublicationParts) {
    this.#parts = parts;
    this.#directory = new LogDirectory(parts.directory, parts.files);
    this.#partials = new PartialFiles(this.#directory, parts.nowMs);
  }

  /** What is served. `undefined` before the first publication. */
  get published(): PublishedTree | undefined {
    return this.#published;
  }

  /** The newest checkpoint that was kept with its cosignatures. */
  get witnessed(): SignedCheckpoint | undefined {
    return this.#witnessed;
  }

  /** Keeps a published checkpoint with the cosignatures of a quorum, and serves it from then on. */
  async keepWitnessed(note: string): Promise<void> {
    const witnessed = this.#parts.signer.open(note, 'witnessed checkpoint');
    await this.#keepPartials(witnessed.size);
    await this.#directory.writeWitnessed(note);
    this.#witnessed = witnessed;
  }

  /**
   * Publishes a checkpoint over what the ledger holds now, or over what there was when nothing is new.
   *
   * @throws PublisherError when nothing may be signed any more; any other error can be tried again.
   */
  async publish(): Promise<void> {
    try {
      this.#tree ??= await this.#restore();
      await this.#grow(this.#tree);
      await this.#sign(this.#tree);
      await this.#partials.sweep();
    } catch (error) {
      this.#tree = undefined;
      throw error;
    }
  }

  /** Begins where the store says, and puts the directory into the state that belongs to it. */
  async #restore(): Promise<GrowingTree> {
    const { checkpoints, signer, reader } = this.#parts;
    await this.#directory.prepare();
    const stored = await checkpoints.checkpoint();
    if (this.#ours !== undefined && !this.#ours.has(stored)) throw deposed();
    this.#ours = new Set([stored]);
    const signed = stored === null ? null : signer.open(stored, 'stored checkpoint');
    const file = await this.#readFile('checkpoint');
    this.#witnessed = await this.#readFile(WITNESSED);
    const tree = await restoreTree({ reader, directory: this.#directory }, signed ?? signer.empty());
    await checkAgainstFile({ file, signed, tree, directory: this.#directory });
    await checkAgainstFile({ file: this.#witnessed, signed, tree, directory: this.#directory });
    await this.#partials.adopt(tree.size, tree.partialFiles());
    if (signed !== null) await this.#release(signed, tree);
    if (this.#witnessed !== undefined) await this.#keepPartials(this.#witnessed.size);
    return tree;
  }

  /** A copy of the directory is to verify under the witnessed checkpoint as well, however long ago that was the newest. */
  async #keepPartials(size: number): Promise<void> {
    for (const path of this.#partials.keep(size)) {
      if ((await this.#directory.read(path)) !== undefined) continue;
      const [tile, bytes] = [parseTilePath(path), await this.#published?.read(path)];
      if (tile === undefined || bytes === undefined) continue;
      await this.#directory.writePartial({ ...tile, path, bytes });
    }
  }

  async #readFile(path: string): Promise<SignedCheckpoint | undefined> {
    const bytes = await this.#directory.read(path);
    if (bytes === undefined) return undefined;
    return this.#parts.signer.open(Buffer.from(bytes).toString('utf8'), `published \`${path}\``);
  }

  async #grow(tree: GrowingTree): Promise<void> {
    const { reader } = this.#parts;
    const size = reader.size();
    if (size < tree.size) {
      throw new PublisherError(
        'Rollback',
        `the ledger went from \`${tree.size}\` entries back to \`${size}\``,
      );
    }
    const next = Math.min(size, tree.size + ENTRIES_PER_CHECKPOINT_MAX);
    await growTree(tree, reader, next, (files) => this.#directory.writeFull(files));
  }

  async #sign(tree: GrowingTree): Promise<void> {
    await this.#partials.write(tree.partialFiles());
    const before = this.#published?.checkpoint;
    const isExtension = before === undefined || tree.size > before.size || isSameTree(tree, before);
    assert.ok(isExtension, 'the tree has not grown from the published one');
    const next = this.#parts.signer.sign({ size: tree.size, root: tree.root() });
    await this.#replace(before?.note ?? null, next.note);
    await this.#release(next, tree);
  }

  async #replace(expected: string | null, next: string): Promise<void> {
    const { checkpoints } = this.#parts;
    // When the store fails, it may have taken the next one all the same.
    this.#ours = new Set([expected, next]);
    if (!(await checkpoints.replaceCheckpoint(expected, next))) throw deposed();
    this.#ours = new Set([next]);
  }

  /** A crash before this leaves the checkpoint in the store alone; it is released at the next start. */
  async #release(checkpoint: SignedCheckpoint, tree: GrowingTree): Promise<void> {
    await this.#directory.writeCheckpoint(checkpoint.note);
    this.#published = new PublishedTree(
      checkpoint,
      tree.partialFiles(),
      this.#directory,
      () => this.#witnessed,
    );
  }
}

function isSameTree(tree: GrowingTree, { size, root }: SignedCheckpoint): boolean {
  return tree.size === size && Buffer.compare(tree.root(), root) === 0;
}

function deposed(): PublisherError {
  return new PublisherError('Deposed', 'somebody else has published with the same store');
}
