import type { Trail } from '../../core/audit/index.ts';

const INDEX_DIGITS = 16;
const LOG_NAME = /_([0-9]{16})\.json\.gz$/;
const DIGEST_NAME = /_([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z\.json\.gz$/;

/**
 * The path of a log file: under the day of its hour's beginning, and named by the index of its first entry in the log,
 * where CloudTrail has something random.
 */
export function logPath({ account, region }: Trail, startMs: number, firstIndex: number): string {
  const { day, time } = parts(startMs);
  const unique = String(firstIndex).padStart(INDEX_DIGITS, '0');
  const name = `${account}_CloudTrail_${region}_${time.slice(0, -3)}Z_${unique}.json.gz`;
  return `AWSLogs/${account}/CloudTrail/${region}/${day}/${name}`;
}

/** The path of the digest that ends at `endMs`. */
export function digestPath({ account, name, region }: Trail, endMs: number): string {
  const { day, time } = parts(endMs);
  const file = `${account}_CloudTrail-Digest_${region}_${name}_${region}_${time}.json.gz`;
  return `AWSLogs/${account}/CloudTrail-Digest/${region}/${day}/${file}`;
}

/** The index of the first entry in the log file at a path; `undefined` for other paths. */
export function firstIndexIn(path: string): number | undefined {
  const [, index] = LOG_NAME.exec(path) ?? [];
  return index === undefined ? undefined : Number(index);
}

/** The end of the digest at a path; `undefined` for other paths. */
export function endIn(path: string): number | undefined {
  const [, year, month, day, hour, minute, second] = DIGEST_NAME.exec(path) ?? [];
  return year === undefined
    ? undefined
    : Date.parse(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
}

/** An instant as CloudTrail writes it, in seconds. */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function parts(ms: number): { readonly day: string; readonly time: string } {
  const text = instantText(ms);
  return { day: text.slice(0, 10).replaceAll('-', '/'), time: text.replaceAll(/[-:]/g, '') };
}
