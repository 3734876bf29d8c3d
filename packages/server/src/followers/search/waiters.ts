import type { Schedule } from '../../core/operations/index.ts';

/** Waiting at once; beyond it the one that has waited longest is answered early. */
const WAITERS_MAX = 10_000;

interface Waiter {
  readonly size: number;
  readonly resolve: (size: number) => void;
}

/** Those who wait for the log to grow. Nobody polls. */
export class Waiters {
  readonly #schedule: Schedule;
  readonly #waiting = new Set<Waiter>();

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** Resolves to the size once it is more than `size`, or after `timeoutMs`, or when closed. */
  wait(size: number, timeoutMs: number, currentSize: () => number): Promise<number> {
    const current = currentSize();
    if (current > size) return Promise.resolve(current);
    return new Promise((resolve) => {
      const waiter = { size, resolve };
      this.#waiting.add(waiter);
      this.#schedule(timeoutMs, () => {
        if (this.#waiting.delete(waiter)) resolve(currentSize());
      });
      this.#shed();
    });
  }

  grew(size: number): void {
    for (const waiter of this.#waiting) {
      if (waiter.size < size) this.#answer(waiter, size);
    }
  }

  close(): void {
    for (const waiter of this.#waiting) this.#answer(waiter, waiter.size);
  }

  #shed(): void {
    const [longest] = this.#waiting;
    if (this.#waiting.size > WAITERS_MAX && longest !== undefined) this.#answer(longest, longest.size);
  }

  #answer(waiter: Waiter, size: number): void {
    this.#waiting.delete(waiter);
    waiter.resolve(size);
  }
}
