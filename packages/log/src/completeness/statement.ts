import type { LogHasher } from '../crypto/index.ts';
import { concatBytes, uint64 } from '../encoding/index.ts';

const statementStart = new TextEncoder().encode('keywitness.index/1\0');

/** What an index checkpoint is about. */
export interface IndexRoots {
  readonly size: number;
  readonly logRoot: Uint8Array;
  readonly mapRoot: Uint8Array;
}

/** The origin of the index checkpoints of a log (`spec/completeness.md`, "Index checkpoint"). */
export function indexOrigin(logOrigin: string): string {
  return `${logOrigin}/index/1`;
}

/** What stands in an index checkpoint in the place of a root. */
export function indexStatement({ size, logRoot, mapRoot }: IndexRoots, hasher: LogHasher): Uint8Array {
  return hasher.sha256(concatBytes(statementStart, uint64(size), logRoot, mapRoot));
}
