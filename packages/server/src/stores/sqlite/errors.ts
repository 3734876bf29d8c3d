/** Why the store could not do what it was asked. */
export type StoreErrorCode = 'Full' | 'Failed' | 'Corrupt' | 'Locked';

/**
 * The store failed. `Full` passes when there is space again and `Locked` when the other program lets go; nothing was
 * written then. After anything else, a failed flush above all, it is not known what is on the disk: the process must
 * end and start again from what is, because a second flush may report success for pages that the first one lost.
 */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }

  /** Whether the store may be used on. */
  get passes(): boolean {
    return this.code === 'Full' || this.code === 'Locked';
  }
}

const SQLITE_FULL = 13;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
/** Extended code: the shared-memory file beside the database could not grow, because the disk is full. */
const SQLITE_IOERR_SHMSIZE = 10 | (19 << 8);

/** Tells what a SQLite error means for the service. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  switch (extended === SQLITE_IOERR_SHMSIZE ? SQLITE_FULL : extended & 0xff) {
    case SQLITE_FULL:
      return new StoreError('Full', 'the disk or the quota of the store is full', { cause: error });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new StoreError('Corrupt', 'the store is damaged', { cause: error });
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new StoreError('Locked', 'another process has the store open', { cause: error });
    default:
      return new StoreError('Failed', 'the store failed', { cause: error });
  }
}
