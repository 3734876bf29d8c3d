import type { LedgerReader, StateChange } from '../../audit/index.ts';
import type { Place } from '../access-question.ts';
import { OperationError } from '../errors.ts';
import { Replica } from '../replica.ts';
import type { AnalysisStep } from './access-analysis.ts';
import { analyse, type AnalysisQuestion } from './analysis.ts';
import type { Analysis } from './analysis-steps.ts';

/** What an analyst reads from. */
export interface AnalystParts {
  readonly reader: LedgerReader;
  /** The newest changes of all subjects that have changed after a revision. */
  readonly changesAfter: (revision: number) => readonly StateChange[];
  /** A document that is kept under its SHA-256. */
  readonly document: (sha256: string) => string | undefined;
  readonly place: Place;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** A monotonic clock, milliseconds. */
  readonly monotonicMs: () => number;
}

/** Questions that may wait; more are throttled. */
const QUESTIONS_MAX = 32;
/** How long one step works. */
const STEP_MS = 200;

interface Job {
  readonly question: AnalysisQuestion;
  steps: Analysis<object> | undefined;
  latest: AnalysisStep;
}

/**
 * Answers questions one after the other, each on one state from its beginning to its end, a step at a time: whoever
 * waits for an answer asks for the next step, and works on whichever question is first.
 */
export class Analyst {
  readonly #parts: AnalystParts;
  readonly #replica = new Replica();
  readonly #jobs = new Map<number, Job>();
  #count = 0;

  constructor(parts: AnalystParts) {
    this.#parts = parts;
  }

  /** Takes a question; answers the number that it goes by. @throws OperationError `Throttled`. */
  begin(question: AnalysisQuestion): number {
    if (this.#jobs.size >= QUESTIONS_MAX) {
      throw new OperationError('Throttled', `there are \`${QUESTIONS_MAX}\` questions waiting already`);
    }
    this.#count += 1;
    const latest = { kind: 'progress', done: 0, total: 0 } as const;
    this.#jobs.set(this.#count, { question, steps: undefined, latest });
    return this.#count;
  }

  /** Works on, and answers how far the question with this number has come. */
  step(number: number): AnalysisStep {
    const job = this.#jobs.get(number);
    if (job === undefined) throw new TypeError(`there is no question \`${number}\``);
    if (job.latest.kind === 'progress') this.#work();
    if (job.latest.kind !== 'progress') this.#jobs.delete(number);
    return job.latest;
  }

  /** Gives a question up. */
  end(number: number): void {
    this.#jobs.delete(number);
  }

  #work(): void {
    const untilMs = this.#parts.monotonicMs() + STEP_MS;
    for (const job of this.#jobs.values()) {
      if (job.latest.kind !== 'progress') continue;
      job.latest = this.#workOn(job, untilMs);
      return;
    }
  }

  #workOn(job: Job, untilMs: number): AnalysisStep {
    try {
      job.steps ??= this.#start(job.question);
      for (;;) {
        const step = job.steps.next();
        if (step.done === true) return { kind: 'answer', text: JSON.stringify(step.value) };
        if (this.#parts.monotonicMs() >= untilMs) return { kind: 'progress', ...step.value };
      }
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      return { kind: 'refused', code: error.code, message: error.message };
    }
  }

  /** INVARIANT: no other question is under way, so the state moves for nobody. */
  #start(question: AnalysisQuestion): Analysis<object> {
    const { changesAfter, document, nowMs, place, reader } = this.#parts;
    this.#replica.apply(changesAfter(this.#replica.revision).map(withoutSecrets));
    return analyse(question, { replica: this.#replica, reader, place, document, nowMs: nowMs() });
  }
}

/** Analysis has no use for sealed material and secrets, so none of them stays here after it is destroyed (G8). */
function withoutSecrets(change: StateChange): StateChange {
  const { record, subject } = change;
  const isSecret = subject.startsWith('key:') || subject.startsWith('credential:');
  return record === null || !isSecret ? change : { ...change, record: record.replaceAll(SEALED, '"$1":""') };
}

/** Members whose values are base64. */
const SEALED = /"(sealed|sealedSecret)":"[A-Za-z0-9+/=]*"/g;
