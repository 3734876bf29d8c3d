/** A log file of a period, without what is in it: that is made again from the log when it is asked for. */
export interface PeriodFile {
  /** The entries in it: from `first`, before `end`. */
  readonly first: number;
  readonly end: number;
  /** Of the uncompressed text. */
  readonly sha256: string;
  /** Compressed. */
  readonly bytes: number;
  readonly oldest: string;
  readonly newest: string;
}

/** A digest and the log files that it is about. All of it follows from the log, the trail and the key. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
  /** The entry that the period begins at, and the one that the next begins at. */
  readonly first: number;
  readonly end: number;
  readonly files: readonly PeriodFile[];
  /** Of the digest's uncompressed text. */
  readonly sha256: string;
  /** Of the digest, compressed. */
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly signature: string;
}

/** A period that was kept as a line of text; `undefined` for any other line. */
export function parsePeriod(line: string): Period | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isPeriod(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Lines are written by this program alone; what a crash or a hand has damaged is found by the signatures. */
function isPeriod(value: unknown): value is Period {
  return (
    typeof value === 'object' &&
    value !== null &&
    'startMs' in value &&
    typeof value.startMs === 'number' &&
    'endMs' in value &&
    typeof value.endMs === 'number' &&
    'first' in value &&
    typeof value.first === 'number' &&
    'end' in value &&
    typeof value.end === 'number' &&
    'signature' in value &&
    typeof value.signature === 'string' &&
    'sha256' in value &&
    typeof value.sha256 === 'string' &&
    'bytes' in value &&
    typeof value.bytes === 'number' &&
    'files' in value &&
    Array.isArray(value.files)
  );
}
