import type { Schedule } from '../../core/operations/index.ts';
import { PublisherError } from './errors.ts';

/** Waiting at once; beyond it nobody else may wait. */
const WAITERS_MAX = 10_000;
/** A publication comes at most a second after an event unless it fails. */
const WAIT_MS = 10_000;

interface Waiter {
  readonly index: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait for a checkpoint that covers an entry. */
export class ProofWaiters {
  readonly #schedule: Schedule;
  readonly #waiting = new Set<Waiter>();

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** Resolves when a checkpoint covers the entry at `index`. @throws PublisherError `Paused` or `Stopped` */
  wait(index: number): Promise<void> {
    if (this.#waiting.size >= WAITERS_MAX) {
      return Promise.reject(
        new PublisherError('Paused', `\`${WAITERS_MAX}\` others wait for a checkpoint already`),
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiter = { index, resolve: () => resolve(undefined), reject };
    this.#waiting.add(waiter);
    this.#schedule(WAIT_MS, () => {
      if (!this.#waiting.delete(waiter)) return;
      reject(new PublisherError('Paused', `no checkpoint covers entry \`${index}\` yet`));
    });
    return promise;
  }

  published(size: number): void {
    for (const waiter of this.#waiting) {
      if (waiter.index >= size) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  stop(error: PublisherError): void {
    for (const waiter of this.#waiting) waiter.reject(error);
    this.#waiting.clear();
  }
}
