import { crc32 } from 'node:zlib';

/** A log file of a period, without what is in it: that is made again from the log when it is asked for. */
export interface PeriodFile {
  /** Its first entry. It ends where the next file of the period begins, or where the period ends. */
  readonly first: number;
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

/** A period as a line of text, which says itself whether it is whole. */
export function formatPeriod(period: Period): string {
  const text = JSON.stringify(period);
  return `${crc32(text)} ${text}`;
}

/** A period that was kept as a line of text; `undefined` for any other line. */
export function parsePeriod(line: string): Period | undefined {
  const [, crc, text = ''] = /^([0-9]+) (.*)$/.exec(line) ?? [];
  if (crc !== String(crc32(text))) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPeriod(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whoever writes lines of their own is found by the signatures. */
function isPeriod(value: unknown): value is Period {
  if (typeof value !== 'object' || value === null) return false;
  const { startMs, endMs, first, end, bytes, sha256, signature, files }: Record<string, unknown> = {
    ...value,
  };
  return (
    [startMs, endMs].every(isInstant) &&
    [first, end, bytes].every(Number.isSafeInteger) &&
    typeof signature === 'string' &&
    typeof sha256 === 'string' &&
    Array.isArray(files) &&
    files.every(isPeriodFile)
  );
}

function isPeriodFile(value: unknown): value is PeriodFile {
  if (typeof value !== 'object' || value === null) return false;
  const { first, bytes, sha256, oldest, newest }: Record<string, unknown> = { ...value };
  return (
    [first, bytes].every(Number.isSafeInteger) &&
    [sha256, oldest, newest].every((text) => typeof text === 'string')
  );
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}
