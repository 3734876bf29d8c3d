import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  openCheckpoint,
  parseVerifierKey,
  type TrustedKeys,
  type VerifiedSignature,
  type WitnessedCheckpoint,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { Failure } from '../failure.ts';
import { type FileOperations, makeDurableDirectory, replaceFile } from '../files/index.ts';

/** What a witness has stored of a log. */
export interface StoredLog {
  readonly latest: WitnessedCheckpoint | undefined;
  /** The latest checkpoint with the signatures of the log and of this witness; `undefined` before the first. */
  readonly cosigned: string | undefined;
  /** The latest time that this witness has stated for it; 0 before. */
  readonly cosignedSeconds: number;
}

/** What stands in the place of a checkpoint before the first. */
const none = 'none\n';
const checkpointName = 'checkpoint';
/** Origins that have a state, one a line: a state that is gone is not a first start. */
const listName = 'known-logs';

/**
 * The state of a witness as files in its folder:
 *
 *     known-logs                         origins, one a line
 *     logs/<sha256 of origin>/checkpoint the latest cosigned checkpoint, or `none`
 *
 * The checkpoint vouches for itself: it has the signatures of the log and of this witness. Every file is replaced whole
 * and durably. Nothing in here notices that all of it was replaced by an older copy.
 */
export class WitnessState {
  readonly #folder: string;
  readonly #files: FileOperations;
  readonly #ownKeys: readonly string[];

  constructor(folder: string, files: FileOperations, ownKeys: readonly string[]) {
    this.#folder = folder;
    this.#files = files;
    this.#ownKeys = ownKeys;
  }

  /**
   * Reads the state of a log, and makes one for a log that was never seen.
   *
   * @throws Failure when there should be a state and it is not there, or not one of this witness.
   */
  async open(keys: TrustedKeys): Promise<StoredLog> {
    const known = await this.#knownLogs();
    const bytes = await this.#files.read(this.#path(keys.origin));
    if (bytes === undefined && known.includes(keys.origin)) {
      throw new Failure(
        'could-not',
        `the state of the log \`${keys.origin}\` is lost: \`${this.#path(keys.origin)}\` is not there`,
      );
    }
    if (bytes === undefined) {
      await makeDurableDirectory(this.#files, this.#folder, join(this.#path(keys.origin), '..'));
      await replaceFile(this.#files, this.#path(keys.origin), Buffer.from(none));
    }
    const stored = await this.read(keys);
    if (!known.includes(keys.origin)) {
      const list = [...known, keys.origin].map((origin) => `${origin}\n`).join('');
      await replaceFile(this.#files, join(this.#folder, listName), Buffer.from(list));
    }
    return stored;
  }

  /** Reads the state of a log that has one. @throws Failure as `open` does */
  async read(keys: TrustedKeys): Promise<StoredLog> {
    const path = this.#path(keys.origin);
    const bytes = await this.#files.read(path);
    const text = bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
    if (text === none) return { latest: undefined, cosigned: undefined, cosignedSeconds: 0 };
    const opened =
      text === undefined
        ? { ok: false as const, reasons: ['it is not there'] }
        : openCheckpoint(
            text,
            { origin: keys.origin, logKeys: [...keys.logKeys, ...this.#ownKeys] },
            nodeCrypto,
          );
    if (!opened.ok || text === undefined) {
      const why = opened.ok ? '' : opened.reasons.join('; ');
      throw new Failure(
        'could-not',
        `the state \`${path}\` is not one that this witness has written: ${why}`,
      );
    }
    const { origin, size, root } = opened.checkpoint;
    const times = (vkeys: readonly string[]): readonly number[] =>
      opened.signatures.filter((one) => isOfOne(one, vkeys)).map(({ timestamp }) => timestamp ?? 0);
    return {
      latest: { origin, size, root, signedSeconds: Math.max(0, ...times(keys.logKeys)), note: text },
      cosigned: text,
      cosignedSeconds: Math.max(0, ...times(this.#ownKeys)),
    };
  }

  /** Replaces the state of a log, durably. When it rejects, either of both is there: read it again. */
  async replace(origin: string, cosigned: string): Promise<void> {
    await replaceFile(this.#files, this.#path(origin), Buffer.from(cosigned));
  }

  async #knownLogs(): Promise<readonly string[]> {
    const bytes = await this.#files.read(join(this.#folder, listName));
    return bytes === undefined
      ? []
      : Buffer.from(bytes)
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== '');
  }

  #path(origin: string): string {
    return join(this.#folder, 'logs', originHash(origin), checkpointName);
  }
}

/** How a log is called in the paths of a witness (tlog-witness, "Monitor Retrieval Mechanism"). */
export function originHash(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}

function isOfOne({ name, keyId }: VerifiedSignature, vkeys: readonly string[]): boolean {
  return vkeys.map(parseVerifierKey).some((key) => key.name === name && key.keyId === keyId);
}
