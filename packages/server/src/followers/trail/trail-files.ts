import { gzipSync } from 'node:zlib';
import {
  type AuditEvent,
  cloudTrailRecord,
  type LedgerReader,
  type Trail,
  type TrailFile,
  type TrailFileEntry,
  type TrailFilePage,
  type TrailFileQuery,
  type TrailFiles,
  type TrailKey,
  trailOf,
  type TrailPlace,
} from '../../core/audit/index.ts';
import { sha256Hex, type TrailSigningKey } from '../../core/crypto/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import { type Cut, cutPeriod, findLater, hourAt, readCut } from './cut.ts';
import { digestText, signedText } from './digest.ts';
import { TrailError } from './errors.ts';
import { KeptPeriods } from './kept-periods.ts';
import { digestPath, endIn, firstIndexIn, logPath } from './names.ts';
import type { Period, PeriodFile } from './period.ts';

/** What the trail's files are made of. */
export interface TrailFilesOptions {
  readonly reader: LedgerReader;
  readonly place: TrailPlace;
  readonly key: TrailSigningKey;
  /** Where signed periods are kept; made when it is missing, made again where it does not fit. */
  readonly path: string;
  readonly schedule: Schedule;
}

/** Who asks waits no longer than this for files that have to be made: clients and proxies give up soon after. */
const WAIT_MS = 20_000;
/** Digits of the SHA-256 of the public key that name it. */
const FINGERPRINT_DIGITS = 32;

/** The trail as files, made of the log when they are asked for. */
export function createTrailFiles(options: TrailFilesOptions): TrailFiles {
  return new LogTrail(options);
}

/**
 * INVARIANT: periods follow from the log, the place and the key alone. Whoever has other files than these has files that
 * the digests do not fit, and whoever has other digests has some that the key did not sign.
 */
class LogTrail implements TrailFiles {
  readonly #options: TrailFilesOptions;
  readonly #trail: Trail;
  readonly #fingerprint: string;
  #periods: KeptPeriods | undefined;
  /** One catches up at a time; whoever comes later waits for it and looks again. */
  #catchingUp: Promise<KeptPeriods> | undefined;

  /** No entry before this one is of a later hour than the one that is not over. */
  #looked = 0;

  constructor(options: TrailFilesOptions) {
    this.#options = options;
    this.#trail = trailOf(options.place);
    this.#fingerprint = sha256Hex(options.key.publicKey).slice(0, FINGERPRINT_DIGITS);
  }

  async key(): Promise<TrailKey> {
    return { fingerprint: this.#fingerprint, publicKey: this.#options.key.publicKey };
  }

  async list({ after, limit, prefix }: TrailFileQuery): Promise<TrailFilePage> {
    const { all } = await this.#caughtUp();
    const files: TrailFileEntry[] = [];
    for (const file of this.#entries(all)) {
      if (file.path <= after || !file.path.startsWith(prefix)) continue;
      if (files.length === limit) return { files, isLast: false };
      files.push(file);
    }
    return { files, isLast: true };
  }

  async read(path: string): Promise<TrailFile | undefined> {
    const { all } = await this.#caughtUp();
    const endMs = endIn(path);
    if (endMs !== undefined) return this.#readDigest(all, path, endMs);
    const index = firstIndexIn(path);
    return index === undefined ? undefined : this.#readLog(all, path, index);
  }

  /** In the order of their paths: `CloudTrail-Digest` comes before `CloudTrail/`. */
  *#entries(periods: readonly Period[]): Generator<TrailFileEntry> {
    for (const { bytes, endMs, sha256 } of periods) {
      yield { path: digestPath(this.#trail, endMs), bytes, sha256, sinceMs: endMs };
    }
    for (const { endMs, files, startMs } of periods) {
      for (const { bytes, first, sha256 } of files) {
        yield { path: logPath(this.#trail, startMs, first), bytes, sha256, sinceMs: endMs };
      }
    }
  }

  #readDigest(periods: readonly Period[], path: string, endMs: number): TrailFile | undefined {
    const position = positionOf(periods, (period) => period.endMs < endMs);
    const period = periods[position];
    if (period === undefined || digestPath(this.#trail, period.endMs) !== path) return undefined;
    const text = digestText(this.#trail, this.#fingerprint, period, periods[position - 1]);
    const { sha256, signature } = period;
    return { path, sha256, sinceMs: endMs, content: gzipSync(text), signature };
  }

  #readLog(periods: readonly Period[], path: string, index: number): TrailFile | undefined {
    const period = periods[positionOf(periods, ({ end }) => end <= index)];
    const at = period?.files.findIndex(({ first }) => first === index) ?? -1;
    const file = period?.files[at];
    if (period === undefined || file === undefined) return undefined;
    if (logPath(this.#trail, period.startMs, file.first) !== path) return undefined;
    // What lies between two files, if anything, are entries that have no record.
    const end = period.files[at + 1]?.first ?? period.end;
    const text = this.#logText(readCut(this.#options.reader, file.first, end));
    return { path, sha256: file.sha256, sinceMs: period.endMs, content: gzipSync(text) };
  }

  #logText(events: readonly AuditEvent[]): string {
    return JSON.stringify({ Records: events.map((event) => cloudTrailRecord(event, this.#options.place)) });
  }

  /** @throws TrailError when it takes long. It goes on all the same, and who asks again comes closer to its end. */
  #caughtUp(): Promise<KeptPeriods> {
    const { promise, reject, resolve } = Promise.withResolvers<KeptPeriods>();
    this.#options.schedule(WAIT_MS, () => {
      reject(new TrailError('CatchingUp', 'the files of hours that have ended are still being made'));
    });
    this.#caughtUpWholly().then(resolve, reject);
    return promise;
  }

  async #caughtUpWholly(): Promise<KeptPeriods> {
    // Who catches up already may have begun before the newest entry was there.
    await this.#catchingUp?.catch(() => undefined);
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  async #catchUp(): Promise<KeptPeriods> {
    const { key, path, reader } = this.#options;
    this.#periods ??= new KeptPeriods(path, this.#trail, key, this.#fingerprint);
    const periods = this.#periods;
    const size = reader.size();
    const pause = (): Promise<void> => this.#pause();
    if (size === 0) return periods;
    for (;;) {
      const last = periods.all.at(-1);
      const first = last?.end ?? 0;
      const startMs = last?.endMs ?? hourAt(reader, 0) ?? 0;
      // Entries are looked at once while their hour is not over, however often this is asked.
      this.#looked = await findLater(reader, Math.max(first, this.#looked), startMs, pause);
      if (this.#looked >= size) return periods;
      const files: PeriodFile[] = [];
      const end = await cutPeriod(reader, first, startMs, (cut) => files.push(this.#fileOf(cut)), pause);
      if (end === undefined) return periods;
      periods.add(this.#signed({ ...end, startMs, first, files }, last));
    }
  }

  #fileOf({ events, first }: Cut): PeriodFile {
    const text = this.#logText(events);
    const times = events.map(({ time }) => `${time.slice(0, 19)}Z`).toSorted();
    return {
      first,
      sha256: sha256Hex(text),
      bytes: gzipSync(text).length,
      oldest: times[0] ?? '',
      newest: times.at(-1) ?? '',
    };
  }

  #signed(unsigned: Omit<Period, 'bytes' | 'sha256' | 'signature'>, previous: Period | undefined): Period {
    const text = digestText(this.#trail, this.#fingerprint, unsigned, previous);
    const signature = this.#options.key.sign(signedText(this.#trail, unsigned.endMs, text, previous));
    return {
      ...unsigned,
      sha256: sha256Hex(text),
      bytes: gzipSync(text).length,
      signature: Buffer.from(signature).toString('hex'),
    };
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<null>();
    this.#options.schedule(0, () => resolve(null));
    await promise;
  }
}

/** The position of the first period that is not before what is looked for. */
function positionOf(periods: readonly Period[], isBefore: (period: Period) => boolean): number {
  let low = 0;
  let high = periods.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const period = periods[middle];
    if (period !== undefined && isBefore(period)) low = middle + 1;
    else high = middle;
  }
  return low;
}
