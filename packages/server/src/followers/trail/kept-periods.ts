import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Trail } from '../../core/audit/index.ts';
import type { TrailSigningKey } from '../../core/crypto/index.ts';
import { sha256Hex } from '../../core/crypto/index.ts';
import { digestText, signedText } from './digest.ts';
import { formatPeriod, parsePeriod, type Period } from './period.ts';

/**
 * The periods that were signed, a line each, in a file that need not survive: what is missing or does not fit is made
 * again from the log, and comes out the same.
 */
export class KeptPeriods {
  readonly #path: string;
  readonly #periods: Period[];

  /** Reads the file up to the first line that is not what would be signed here. */
  constructor(path: string, trail: Trail, key: TrailSigningKey, fingerprint: string) {
    this.#path = path;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    this.#periods = readPeriods(text, trail, key, fingerprint);
    const kept = this.#periods.map(lineOf).join('');
    if (kept !== text) writeFileSync(path, kept, { mode: 0o600 });
  }

  get all(): readonly Period[] {
    return this.#periods;
  }

  add(period: Period): void {
    appendFileSync(this.#path, lineOf(period), { mode: 0o600 });
    this.#periods.push(period);
  }
}

function readPeriods(text: string, trail: Trail, key: TrailSigningKey, fingerprint: string): Period[] {
  const periods: Period[] = [];
  for (const line of text.split('\n')) {
    const period = parsePeriod(line);
    const previous = periods.at(-1);
    if (period === undefined || !follows(period, previous)) break;
    const digest = digestText(trail, fingerprint, period, previous);
    const signed = signedText(trail, period.endMs, digest, previous);
    const signature = Buffer.from(period.signature, 'hex');
    if (sha256Hex(digest) !== period.sha256 || !key.verify(signed, signature)) break;
    periods.push(period);
  }
  return periods;
}

function follows(period: Period, previous: Period | undefined): boolean {
  return previous === undefined || (period.first === previous.end && period.startMs === previous.endMs);
}

function lineOf(period: Period): string {
  return `${formatPeriod(period)}\n`;
}
