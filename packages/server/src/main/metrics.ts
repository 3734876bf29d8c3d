/** One number that the service counts or measures, with its Prometheus name. */
interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
}

/** The name of a metric. */
export type MetricName =
  | 'success'
  | 'denied'
  | 'error'
  | 'throttled'
  | 'attemptMs'
  | 'pending'
  | 'ledgerEntries'
  | 'ledgerCommits'
  | 'ledgerFailures'
  | 'ledgerRefusing'
  | 'diskFreeBytes'
  | 'publishedEntries'
  | 'publishedSeconds'
  | 'witnessedEntries'
  | 'witnessedSeconds'
  | 'witnessTroubles'
  | 'quorumMissing'
  | 'indexedEntries';

const METRICS: Readonly<Record<MetricName, Metric>> = {
  success: {
    name: 'keywitness_attempts_success_total',
    type: 'counter',
    help: 'Attempts that were released.',
  },
  denied: { name: 'keywitness_attempts_denied_total', type: 'counter', help: 'Attempts that were denied.' },
  error: {
    name: 'keywitness_attempts_error_total',
    type: 'counter',
    help: 'Attempts that ended in another error.',
  },
  throttled: {
    name: 'keywitness_attempts_throttled_total',
    type: 'counter',
    help: 'Attempts that were throttled.',
  },
  attemptMs: {
    name: 'keywitness_attempt_milliseconds_total',
    type: 'counter',
    help: 'Time from arrival to durable record, summed over all attempts.',
  },
  pending: { name: 'keywitness_attempts_pending', type: 'gauge', help: 'Attempts that wait for the record.' },
  ledgerEntries: { name: 'keywitness_ledger_entries', type: 'gauge', help: 'Events in the ledger.' },
  ledgerCommits: { name: 'keywitness_ledger_commits_total', type: 'counter', help: 'Group commits.' },
  ledgerFailures: {
    name: 'keywitness_ledger_failures_total',
    type: 'counter',
    help: 'Group commits that failed.',
  },
  ledgerRefusing: {
    name: 'keywitness_ledger_refusing',
    type: 'gauge',
    help: '1 while operations are refused because they cannot be recorded.',
  },
  diskFreeBytes: {
    name: 'keywitness_disk_free_bytes',
    type: 'gauge',
    help: 'Free bytes where the data directory is.',
  },
  publishedEntries: {
    name: 'keywitness_log_published_entries',
    type: 'gauge',
    help: 'Events under the newest checkpoint.',
  },
  publishedSeconds: {
    name: 'keywitness_log_checkpoint_timestamp_seconds',
    type: 'gauge',
    help: 'When the newest checkpoint was signed.',
  },
  witnessedEntries: {
    name: 'keywitness_log_witnessed_entries',
    type: 'gauge',
    help: 'Events under the newest checkpoint that a quorum of witnesses has cosigned.',
  },
  witnessedSeconds: {
    name: 'keywitness_log_witnessed_timestamp_seconds',
    type: 'gauge',
    help: 'The latest time in the cosignatures of that checkpoint.',
  },
  witnessTroubles: {
    name: 'keywitness_witness_troubles_total',
    type: 'counter',
    help: 'Lines on standard error about witnesses.',
  },
  quorumMissing: {
    name: 'keywitness_witness_quorum_missing',
    type: 'gauge',
    help: '1 while too few witnesses have cosigned for more than 90 seconds.',
  },
  indexedEntries: {
    name: 'keywitness_search_indexed_entries',
    type: 'gauge',
    help: 'Events in the search index.',
  },
};

const NAMES: readonly MetricName[] = Object.keys(METRICS).filter(isMetricName);
const COLUMNS: ReadonlyMap<MetricName, number> = new Map(NAMES.map((name, column) => [name, column]));

/**
 * Numbers shared by all threads of the process: one row of 64-bit floats per thread, each written by its own thread
 * only, so nothing is ever lost and nobody waits.
 */
export class Metrics {
  readonly #rows: Float64Array;
  readonly #row: number;

  constructor(shared: SharedArrayBuffer, row: number) {
    this.#rows = new Float64Array(shared);
    this.#row = row;
  }

  /** Memory for `threads` rows. */
  static allocate(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(threads * NAMES.length * Float64Array.BYTES_PER_ELEMENT);
  }

  add(name: MetricName, amount = 1): void {
    const slot = this.#slot(name);
    this.#rows[slot] = (this.#rows[slot] ?? 0) + amount;
  }

  set(name: MetricName, value: number): void {
    this.#rows[this.#slot(name)] = value;
  }

  /** The sum over all threads. */
  total(name: MetricName): number {
    const column = COLUMNS.get(name) ?? 0;
    let sum = 0;
    for (let slot = column; slot < this.#rows.length; slot += NAMES.length) sum += this.#rows[slot] ?? 0;
    return sum;
  }

  /** The Prometheus text exposition format, version 0.0.4. */
  exposition(): string {
    let text = '';
    for (const name of NAMES) {
      const metric = METRICS[name];
      text += `# HELP ${metric.name} ${metric.help}\n# TYPE ${metric.name} ${metric.type}\n`;
      text += `${metric.name} ${this.total(name)}\n`;
    }
    return text;
  }

  #slot(name: MetricName): number {
    return this.#row * NAMES.length + (COLUMNS.get(name) ?? 0);
  }
}

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}
