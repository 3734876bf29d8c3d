import type { LogFetch, LogFile, TileLevel } from '@keywitness/log';

/** The notes of a log that are replaced as it grows. */
export type NoteName = 'checkpoint' | 'index';

/**
 * Where a log is copied to, as files under the paths of tlog-tiles. What a method has written is durable when it
 * resolves; when it rejects it may have been written or not, and nothing else was.
 */
export interface MirrorTarget {
  /** As it is called on the command line. */
  readonly name: string;
  /** What is read after a write is what was written. */
  readonly fetch: LogFetch;
  /** Makes ready to write. */
  prepare(): Promise<void>;
  /**
   * Writes files, each whole or not at all. A file that is there with the same bytes is left alone, and one with other
   * bytes is replaced: nothing but what the checkpoint covers is sure to be right, and that is never written again.
   */
  write(files: readonly LogFile[]): Promise<void>;
  /** Replaces a note: readers see the one before or this one. */
  replace(name: NoteName, note: Uint8Array): Promise<void>;
  /** Removes the partial tiles of tile `n` of a level but for those, which may be none. */
  removePartials(level: TileLevel, n: number, kept: readonly string[]): Promise<void>;
  /** Removes a file; none there is no error. */
  remove(path: string): Promise<void>;
}
