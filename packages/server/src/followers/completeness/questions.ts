import type { AnswerOutcome, AnswerQuestion } from '../../core/audit/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import { CompletenessError } from './errors.ts';

/** Questions that may wait at once. */
const QUESTIONS_MAX = 256;
/** Checkpoints come at most a second after an event; who waits longer than this has met a broken publisher. */
const WAIT_MS = 20_000;

interface Waiting {
  readonly question: AnswerQuestion;
  /** Entries that an answer has to cover. */
  readonly size: number;
  readonly resolve: (outcome: AnswerOutcome) => void;
}

/** Questions that wait for a checkpoint which covers what was there when they were asked. */
export class Questions {
  readonly #schedule: Schedule;
  readonly #waiting = new Set<Waiting>();
  #closed = false;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  ask(question: AnswerQuestion, size: number): Promise<AnswerOutcome> {
    if (this.#closed) return Promise.resolve(unavailable('the index of subjects is closed'));
    if (this.#waiting.size >= QUESTIONS_MAX) {
      return Promise.resolve(unavailable(`\`${QUESTIONS_MAX}\` others wait for an answer already`));
    }
    return new Promise((resolve) => {
      const waiting = { question, size, resolve };
      this.#waiting.add(waiting);
      this.#schedule(WAIT_MS, () => {
        this.#answer(waiting, unavailable('no index checkpoint covers the record as it was asked yet'));
      });
    });
  }

  /**
   * Answers the question that has waited longest, of those that `size` entries are enough for; false when there is
   * none. When `answer` throws anything but `TooLarge`, the question waits on.
   */
  next(size: number, answer: (question: AnswerQuestion) => string): boolean {
    for (const waiting of this.#waiting) {
      if (waiting.size > size) continue;
      this.#answer(waiting, outcomeOf(waiting.question, answer));
      return true;
    }
    return false;
  }

  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting) {
      this.#answer(waiting, unavailable('the index of subjects is closed'));
    }
  }

  #answer(waiting: Waiting, outcome: AnswerOutcome): void {
    if (this.#waiting.delete(waiting)) waiting.resolve(outcome);
  }
}

function outcomeOf(question: AnswerQuestion, answer: (question: AnswerQuestion) => string): AnswerOutcome {
  try {
    return { kind: 'answer', text: answer(question) };
  } catch (error) {
    if (error instanceof CompletenessError && error.code === 'TooLarge') {
      return { kind: 'too-large', message: error.message };
    }
    throw error;
  }
}

function unavailable(message: string): AnswerOutcome {
  return { kind: 'unavailable', message };
}
