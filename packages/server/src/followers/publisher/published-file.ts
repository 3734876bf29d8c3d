import {
  consistencyProof,
  type GrowingTree,
  tileHashReader,
  parseTilePath,
  tileWidthMax,
  verifyConsistency,
  type LogFetch,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { SignedCheckpoint } from './checkpoint-signer.ts';
import { PublisherError } from './errors.ts';
import type { LogDirectory } from './log-directory.ts';

/** The published checkpoint file beside the stored checkpoint and its tree. */
interface PublishedFile {
  /** `undefined` when there is no such file. */
  readonly file: SignedCheckpoint | undefined;
  /** `null` when the store has none. */
  readonly signed: SignedCheckpoint | null;
  /** The tree of the stored checkpoint. */
  readonly tree: GrowingTree;
  readonly directory: LogDirectory;
}

/**
 * Compares what was published with what the store says. The file may be older, by a crash between the two, or missing,
 * and is then replaced.
 *
 * @throws PublisherError `Rollback` when the file is newer: the store is an older copy. `Fork` when the stored checkpoint
 * does not extend it.
 */
export async function checkAgainstFile({ file, signed, tree, directory }: PublishedFile): Promise<void> {
  if (file === undefined) return;
  if (signed === null || file.size > signed.size) {
    throw new PublisherError(
      'Rollback',
      `a checkpoint of \`${file.size}\` entries was published, and the store knows one of \`${signed?.size ?? 0}\``,
    );
  }
  const proof = await consistencyProof(
    file.size,
    signed.size,
    tileHashReader({ size: signed.size, fetch: fetchOf(tree, directory), hasher: nodeCrypto }),
    nodeCrypto,
  );
  const verdict = verifyConsistency(
    { oldSize: file.size, oldRoot: file.root, newSize: signed.size, newRoot: signed.root, proof },
    nodeCrypto,
  );
  if (verdict.ok) return;
  throw new PublisherError(
    'Fork',
    `the stored checkpoint of \`${signed.size}\` entries does not extend the published one of \`${file.size}\`: ${verdict.reason}`,
  );
}

function fetchOf(tree: GrowingTree, directory: LogDirectory): LogFetch {
  return async (path) => {
    const tile = parseTilePath(path);
    if (tile === undefined) return null;
    return tile.width === tileWidthMax
      ? ((await directory.read(path)) ?? null)
      : tree.partial(tile.level, tile.n, tile.width);
  };
}
