import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type CheckpointConflict, type ConflictKind, parseCheckpoint, parseNote } from '@keywitness/log';
import { type FileOperations, makeDurableDirectory, replaceFile } from '../files/index.ts';

/**
 * A conflict between two checkpoints, or, of the kind `index`, an index checkpoint that was shown and the entries of the
 * checkpoint that was kept do not lead to.
 */
export interface KeptConflict extends Omit<CheckpointConflict, 'kind'> {
  readonly kind: EvidenceKind;
}

type EvidenceKind = ConflictKind | 'index';

/** A conflict as it is kept: whom it concerns and when it was seen. */
export interface Evidence extends KeptConflict {
  readonly origin: string;
  /** ISO 8601. */
  readonly seen: string;
}

/**
 * Kept of each kind. Anybody can make conflicts of the kind `inconsistent`, so these must not take the place of the
 * others; and one of a kind that convicts is as good as many.
 */
const keptMax = 100;

/** Conflicts that a process was shown, each a file of its own that nobody overwrites. */
export class EvidenceFolder {
  readonly #folder: string;
  readonly #files: FileOperations;

  constructor(parent: string, files: FileOperations) {
    this.#folder = join(parent, 'evidence');
    this.#files = files;
  }

  /** Keeps a conflict, durably; one that is kept already is not kept again. False when there is no room for it. */
  async keep(conflict: KeptConflict, nowMs: number): Promise<boolean> {
    const texts = `${conflict.kind}\n${parseNote(conflict.kept).text}\n${parseNote(conflict.shown).text}`;
    const name = `${conflict.kind}-${createHash('sha256').update(texts).digest('hex').slice(0, 32)}.json`;
    const names = await this.#files.list(this.#folder);
    if (names.includes(name)) return true;
    if (names.filter((one) => one.startsWith(`${conflict.kind}-`)).length >= keptMax) return false;
    const { origin } = parseCheckpoint(parseNote(conflict.shown).text);
    const evidence: Evidence = { origin, seen: new Date(nowMs).toISOString(), ...conflict };
    await makeDurableDirectory(this.#files, join(this.#folder, '..'), this.#folder);
    await replaceFile(
      this.#files,
      join(this.#folder, name),
      Buffer.from(`${JSON.stringify(evidence, null, 2)}\n`),
    );
    return true;
  }

  /** Everything that is kept, the oldest first. */
  async list(): Promise<readonly Evidence[]> {
    const names = await this.#files.list(this.#folder);
    const found: Evidence[] = [];
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const bytes = await this.#files.read(join(this.#folder, name));
      const parsed: unknown = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));
      if (isEvidence(parsed)) found.push(parsed);
    }
    return found.toSorted((left, right) => (left.seen < right.seen ? -1 : 1));
  }
}

const kinds: readonly EvidenceKind[] = ['fork', 'rollback', 'inconsistent', 'index'];

function isEvidence(value: unknown): value is Evidence {
  if (typeof value !== 'object' || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  const areTexts = ['origin', 'seen', 'reason', 'kept', 'shown'].every(
    (name) => typeof members.get(name) === 'string',
  );
  return areTexts && kinds.some((kind) => kind === members.get('kind'));
}
