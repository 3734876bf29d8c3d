import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type CheckpointFields,
  leafHash,
  nodeHash,
  emptyRoot,
  GrowingTree,
  parseCheckpoint,
  verifyLog,
} from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import type { LedgerReader, LedgerSlice } from '../../core/audit/index.ts';
import { type LogSigningKey, openLogSigningKey, takeSecretKey } from '../../core/crypto/index.ts';
import { CheckpointSigner } from './checkpoint-signer.ts';
import { type FileOperations, nodeFileOperations } from './file-operations.ts';
import { type CheckpointStore, Publication } from './publication.ts';

/** How an operation fails: without having been done, after it was done, or (for a write) halfway. */
export type FaultKind = 'before' | 'after' | 'torn';

/** Which operation of a process fails, counted from 1, and whether the process dies of it. */
export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  readonly dies: boolean;
}

/** A ledger in memory, which counts what is read of it. */
class MemoryLedger implements LedgerReader {
  entries: Uint8Array[] = [];
  entriesRead = 0;

  size(): number {
    return this.entries.length;
  }

  read(first: number, entriesMax: number): LedgerSlice {
    // Like a real one it gives about as many entries as asked for.
    const entries = this.entries.slice(first, first + Math.min(entriesMax, 300));
    this.entriesRead += entries.length;
    return { first, entries };
  }

  append(count: number): void {
    for (let index = this.size(), end = index + count; index < end; index += 1) {
      this.entries.push(new TextEncoder().encode(`{"entry":${index},"pad":"${'x'.repeat(index % 40)}"}`));
    }
  }
}

/** The root of a list of entries, as RFC 6962 section 2.1 defines it. */
function rootOf(entries: readonly Uint8Array[]): Uint8Array {
  const [only] = entries;
  if (only === undefined) return emptyRoot(nodeCrypto);
  if (entries.length === 1) return leafHash(only, nodeCrypto);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return nodeHash(rootOf(entries.slice(0, split)), rootOf(entries.slice(split)), nodeCrypto);
}

interface PendingName {
  readonly directory: string;
  readonly undo: () => void;
}

/**
 * A disk that remembers what was not synced, so that a power loss can take it: names in directories that were not
 * synced after, and the content of files that were not.
 */
class Disk {
  #names: readonly PendingName[] = [];
  #contents = new Set<string>();

  /** Takes each thing that is not on the disk, when `takes` says so. */
  losePower(takes: () => boolean): void {
    for (const { undo } of this.#names.toReversed()) if (takes()) undo();
    for (const path of this.#contents) if (existsSync(path) && takes()) put(path, new Uint8Array(0));
    this.#names = [];
    this.#contents = new Set();
  }

  noteWrite(path: string, sync: boolean): void {
    if (sync) this.#contents.delete(path);
    else this.#contents.add(path);
  }

  /** To be called before the rename. */
  noteRename(from: string, to: string): void {
    const before = existsSync(to) ? readFileSync(to) : undefined;
    const undo = (): void => (before === undefined ? rmSync(to, { force: true }) : put(to, before));
    this.#names = [...this.#names, { directory: dirname(to), undo }];
    if (this.#contents.delete(from)) this.#contents.add(to);
    else this.#contents.delete(to);
  }

  /** To be called before the directory is made. */
  noteDirectory(path: string): void {
    if (existsSync(path)) return;
    this.noteDirectory(dirname(path));
    const undo = (): void => rmSync(path, { force: true, recursive: true });
    this.#names = [...this.#names, { directory: dirname(path), undo }];
  }

  noteSync(directory: string): void {
    this.#names = this.#names.filter((name) => name.directory !== directory);
  }
}

function put(path: string, bytes: Uint8Array): void {
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** An error like those of the file system. */
function ioError(message: string): Error {
  return Object.assign(new Error(message), { code: 'EIO' });
}

/** What a failure of an operation can leave: nothing, all of it, or half of it. */
type Operation = 'read' | 'change' | 'write';

const faultKinds: Readonly<Record<Operation, readonly FaultKind[]>> = {
  read: ['before'],
  change: ['before', 'after'],
  write: ['before', 'after', 'torn'],
};

/** The operations of one process. One of them may fail; after it has died, all of them do. */
export class Process {
  /** All faults that this process could have had. */
  readonly possibleFaults: Omit<Fault, 'dies'>[] = [];
  hasFailed = false;
  #operations = 0;
  #isDead = false;
  readonly #fault: Fault | undefined;

  constructor(fault: Fault | undefined) {
    this.#fault = fault;
  }

  async run<Value>(
    operation: Operation,
    work: () => Promise<Value>,
    torn?: () => Promise<unknown>,
  ): Promise<Value> {
    if (this.#isDead) throw ioError('the process is dead');
    this.#operations += 1;
    const at = this.#operations;
    this.possibleFaults.push(...faultKinds[operation].map((kind) => ({ at, kind })));
    if (at !== this.#fault?.at) return work();
    const { kind, dies } = this.#fault;
    this.hasFailed = true;
    this.#isDead = dies;
    if (kind === 'after') await work();
    if (kind === 'torn') await torn?.();
    throw ioError(`operation ${at} failed as planned (${kind})`);
  }
}

function fileOperations(disk: Disk, process: Process): FileOperations {
  const real = nodeFileOperations;
  const writeTo = async (path: string, bytes: Uint8Array, sync: boolean): Promise<void> => {
    // What is kept decides the disk of this model, so nothing needs to wait for the real one.
    await real.write(path, bytes, false);
    disk.noteWrite(path, sync);
  };
  return {
    read: (path) => process.run('read', () => real.read(path)),
    list: (path) => process.run('read', () => real.list(path)),
    write: (path, bytes, sync) =>
      process.run(
        'write',
        () => writeTo(path, bytes, sync),
        () => writeTo(path, bytes.subarray(0, bytes.length / 2), false),
      ),
    rename: (from, to) =>
      process.run('change', () => {
        disk.noteRename(from, to);
        return real.rename(from, to);
      }),
    makeDirectory: (path) =>
      process.run('change', () => {
        disk.noteDirectory(path);
        return real.makeDirectory(path);
      }),
    syncDirectory: (path) =>
      process.run('change', () => {
        disk.noteSync(path);
        return Promise.resolve();
      }),
    remove: (path) => process.run('change', () => real.remove(path)),
  };
}

/** The keys of a log, and everything that was ever signed with them. */
class RecordingKeys {
  readonly texts: string[] = [];
  readonly ed25519: LogSigningKey;
  readonly mlDsa44: LogSigningKey;

  constructor() {
    const key = openLogSigningKey('ed25519', takeSecretKey(new Uint8Array(32).fill(1)));
    this.mlDsa44 = openLogSigningKey('ml-dsa-44', takeSecretKey(new Uint8Array(32).fill(2)));
    this.ed25519 = {
      ...key,
      sign: (message) => {
        this.texts.push(new TextDecoder().decode(message));
        return key.sign(message);
      },
    };
  }
}

/** A running process of the rig. */
export interface RunningPublication {
  readonly publication: Publication;
  readonly process: Process;
}

/** A log with its ledger, its store and its directory, in which processes come and go. */
export class Rig {
  readonly ledger: MemoryLedger = new MemoryLedger();
  readonly keys: RecordingKeys = new RecordingKeys();
  readonly disk: Disk = new Disk();
  readonly directory: string;
  /** The checkpoint in the store. */
  stored: string | null = null;
  nowMs = 1_800_000_000_000;
  #previous: CheckpointFields | undefined;
  readonly #roots = new Map<number, Uint8Array>();

  constructor(parent: string, name = 'log') {
    this.directory = join(parent, name);
  }

  /** Starts a process. */
  open(fault?: Fault): RunningPublication {
    const process = new Process(fault);
    const publication = new Publication({
      reader: this.ledger,
      checkpoints: this.checkpoints(process),
      signer: this.signer(),
      files: fileOperations(this.disk, process),
      directory: this.directory,
      nowMs: () => this.nowMs,
    });
    return { publication, process };
  }

  signer(): CheckpointSigner {
    const { ed25519, mlDsa44 } = this.keys;
    return new CheckpointSigner({ origin: 'log.test', ed25519, mlDsa44, timeMs: () => this.nowMs });
  }

  checkpoints(process: Process = new Process(undefined)): CheckpointStore {
    return {
      checkpoint: () => process.run('read', () => Promise.resolve(this.stored)),
      replaceCheckpoint: (expected, next) =>
        process.run('change', () => {
          if (this.stored !== expected) return Promise.resolve(false);
          this.stored = next;
          return Promise.resolve(true);
        }),
    };
  }

  /** Verifies the directory with nothing but the verifier keys, and that it extends what was verified before. */
  async verify(): Promise<number> {
    const logKeys = this.signer().verifierKeys.trim().split('\n');
    const report = await verifyLog({
      fetch: directoryFetch(this.directory),
      keys: { origin: 'log.test', logKeys },
      crypto: nodeCrypto,
      ...(this.#previous === undefined ? {} : { previous: [this.#previous] }),
    });
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.root, this.#rootAt(report.size));
    this.#previous = {
      origin: 'log.test',
      size: report.size,
      root: rootOf(this.ledger.entries.slice(0, report.size)),
    };
    return report.size;
  }

  /** Every text that was ever signed names the root that the ledger has at its size. */
  checkSigned(): void {
    for (const text of this.keys.texts) {
      const { size, root } = parseCheckpoint(text);
      assert.ok(size <= this.ledger.size());
      assert.deepEqual(new Uint8Array(root), this.#rootAt(size));
    }
  }

  /** The directory has every full file that the stored checkpoint needs. */
  checkFullFiles(): void {
    const size = this.stored === null ? 0 : this.signer().open(this.stored, 'stored checkpoint').size;
    const tree = new GrowingTree(nodeCrypto);
    for (const entry of this.ledger.entries.slice(0, size)) tree.append(entry);
    for (const { path, bytes } of tree.takeFullFiles()) {
      assert.deepEqual(new Uint8Array(readFileSync(this.path(path))), new Uint8Array(bytes), path);
    }
  }

  path(file: string): string {
    return join(this.directory, file);
  }

  #rootAt(size: number): Uint8Array {
    const known = this.#roots.get(size) ?? new Uint8Array(rootOf(this.ledger.entries.slice(0, size)));
    this.#roots.set(size, known);
    return known;
  }
}

/** A file of the directory with one bit changed. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  put(path, bytes);
}
