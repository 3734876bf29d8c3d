/** Something that a run found to be wrong, with all that it takes to see it again. */
interface Finding {
  readonly complaint: string;
  readonly operation: string;
  readonly world: number;
  readonly number: number;
  /** The request as text, and the answer or the error's stack. */
  readonly request: string;
  readonly answer: string;
}

/** Findings beyond these are only counted. */
const FINDINGS_MAX = 40;

/** What a run did: how often each operation succeeded, and was refused by which error. */
export class Tally {
  requests = 0;
  complaints = 0;
  readonly #findings: string[] = [];
  readonly #tell: (finding: string) => void;
  readonly #outcomes = new Map<string, Map<string, number>>();
  readonly #seen = new Set<string>();

  /** @param tell is handed the first finding of each kind, as text, when it is found */
  constructor(tell: (finding: string) => void = () => undefined) {
    this.#tell = tell;
  }

  /** Counts an answer. */
  add(operation: string, outcome: string): void {
    this.requests += 1;
    const outcomes = this.#outcomes.get(operation) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.#outcomes.set(operation, outcomes);
  }

  /** Keeps the first of each kind of finding. */
  complain(finding: Finding): void {
    this.complaints += 1;
    const kind = `${finding.operation} ${finding.complaint}`;
    if (this.#seen.has(kind) || this.#findings.length >= FINDINGS_MAX) return;
    this.#seen.add(kind);
    const text = textOf(finding);
    this.#findings.push(text);
    this.#tell(text);
  }

  /** How often an operation was answered with an outcome. */
  count(operation: string, outcome: string): number {
    return this.#outcomes.get(operation)?.get(outcome) ?? 0;
  }

  /** A line for each operation: requests, successes, and each error with its number, the most frequent first. */
  lines(): readonly string[] {
    return [...this.#outcomes].toSorted(byName).map(([operation, outcomes]) => {
      const sum = [...outcomes.values()].reduce((total, count) => total + count, 0);
      const errors = [...outcomes]
        .filter(([outcome]) => outcome !== 'success')
        .toSorted(([, one], [, other]) => other - one)
        .map(([outcome, count]) => `${outcome.replace(/Exception$/, '')} ${count}`);
      return `${operation.padEnd(36)} ${String(sum).padStart(7)} ${String(outcomes.get('success') ?? 0).padStart(7)}  ${errors.join(', ')}`;
    });
  }

  /** The first finding of each kind, as text. */
  report(): string {
    return this.#findings.join('\n');
  }
}

function textOf({ answer, complaint, number, operation, request, world }: Finding): string {
  return `--- world ${world}, request ${number}: ${operation}: ${complaint}\n${request}\n${answer}\n`;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
