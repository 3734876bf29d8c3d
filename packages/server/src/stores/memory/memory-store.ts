import type {
  BatchAnswer,
  CommitAnswer,
  CommitItem,
  LedgerStore,
  StateChange,
} from '../../core/audit/index.ts';

const ENTRY_BYTES_MAX = 65_535;

/** What survives a memory store: opening another one on it continues where this one was. */
export interface MemoryDisk {
  readonly entries: Uint8Array[];
  /** The newest change of each subject. */
  readonly state: Map<string, StateChange>;
  readonly installation: Map<string, string>;
  checkpoint: string | null;
}

/** An empty disk. */
export function newMemoryDisk(): MemoryDisk {
  return { entries: [], state: new Map(), installation: new Map(), checkpoint: null };
}

/**
 * The ledger store at its simplest: one item after the other, nothing clever. It is the model that real stores are
 * compared with, and the store of tests that are not about storing. Nothing in it survives the process.
 */
export function openMemoryStore(disk: MemoryDisk = newMemoryDisk()): LedgerStore {
  return {
    size: () => disk.entries.length,
    read: (first, entriesMax) => ({ first, entries: disk.entries.slice(first, first + entriesMax) }),
    load: () => ({ revision: revisionOf(disk), changes: inOrder([...disk.state.values()]) }),
    *parts(changesMax) {
      const changes = inOrder([...disk.state.values()]);
      for (let first = 0; first < changes.length; first += changesMax) {
        yield changes.slice(first, first + changesMax);
      }
    },
    commit: (items) => commitAll(disk, items),
    checkpoint: () => disk.checkpoint,
    replaceCheckpoint(expected, next) {
      if (disk.checkpoint !== expected) return false;
      disk.checkpoint = next;
      return true;
    },
    installation: (name) => disk.installation.get(name) ?? null,
    install(name, value) {
      if (disk.installation.has(name)) throw new TypeError(`\`${name}\` is installed already`);
      disk.installation.set(name, value);
    },
    close: () => undefined,
  };
}

function commitAll(disk: MemoryDisk, items: readonly CommitItem[]): BatchAnswer {
  for (const { entry } of items) {
    if (entry.length === 0 || entry.length > ENTRY_BYTES_MAX) {
      throw new TypeError('an entry has no such length');
    }
  }
  const changes: StateChange[] = [];
  const answers = items.map((item) => commitOne(disk, item, changes));
  return { answers, changes };
}

function commitOne(disk: MemoryDisk, item: CommitItem, changes: StateChange[]): CommitAnswer {
  const stale = item.reads.some((subject) => (disk.state.get(subject)?.revision ?? 0) > item.judgedAt);
  if (stale) return { kind: 'stale' };
  const index = disk.entries.push(Uint8Array.from(item.entry)) - 1;
  for (const write of item.writes) {
    const change = { ...write, revision: index + 1 };
    disk.state.set(change.subject, change);
    changes.push(change);
  }
  return { kind: 'committed', index };
}

function revisionOf(disk: MemoryDisk): number {
  let newest = 0;
  for (const { revision } of disk.state.values()) newest = Math.max(newest, revision);
  return newest;
}

function inOrder(changes: StateChange[]): readonly StateChange[] {
  return changes.sort((left, right) => left.revision - right.revision);
}
