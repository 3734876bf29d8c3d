import { type EventRef, type Hit, refsMax } from './hit.ts';
import { savedList, savedNumber, savedText } from './saved.ts';

/** More events of a group than this are merged by twos. */
const entriesMax = 1024;
/** Room at the front that is given back at once. */
const slackMax = 32;

interface Entry {
  /** What the window is measured in. */
  readonly timeMs: number;
  readonly weight: number;
  readonly value: number;
  readonly ref: EventRef;
}

/** The events of one group within a time that ends at the latest of them. */
export class EventWindow {
  readonly #spanMs: number;
  #entries: Entry[] = [];
  #head = 0;
  /** Attempts. */
  total = 0;
  /** Of values times attempts. */
  sum = 0;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** How many entries it keeps. */
  get size(): number {
    return this.#entries.length - this.#head;
  }

  get newestMs(): number {
    return this.#entries.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
  }

  /** False when the event is older than the window. */
  add({ timeMs, weight, ref }: Hit, value: number): boolean {
    const newestMs = this.newestMs;
    if (timeMs <= newestMs - this.#spanMs) return false;
    const entry = { timeMs, weight, value, ref };
    if (timeMs >= newestMs) this.#entries.push(entry);
    else this.#insert(entry);
    this.total += weight;
    this.sum += value * weight;
    this.#expire();
    if (this.#entries.length - this.#head > entriesMax) this.#merge();
    return true;
  }

  #insert(entry: Entry): void {
    let at = this.#entries.length;
    while (at > this.#head && (this.#entries[at - 1]?.timeMs ?? 0) > entry.timeMs) at -= 1;
    this.#entries.splice(at, 0, entry);
  }

  #expire(): void {
    const beginMs = this.newestMs - this.#spanMs;
    for (let entry = this.#entries[this.#head]; entry !== undefined && entry.timeMs <= beginMs;) {
      this.total -= entry.weight;
      this.sum -= entry.value * entry.weight;
      this.#head += 1;
      entry = this.#entries[this.#head];
    }
    if (this.#head > slackMax && this.#head * 2 > this.#entries.length) this.#compact();
  }

  #compact(): void {
    this.#entries.splice(0, this.#head);
    this.#head = 0;
  }

  #merge(): void {
    this.#compact();
    const merged: Entry[] = [];
    for (let at = 0; at < this.#entries.length; at += 2) {
      const [first, second] = [this.#entries[at], this.#entries[at + 1]];
      if (first === undefined) continue;
      merged.push(second === undefined ? first : mergeEntries(first, second));
    }
    this.#entries = merged;
  }

  /** The values in the window with their weights. */
  values(): readonly { readonly value: number; readonly weight: number }[] {
    return this.#entries.slice(this.#head);
  }

  refs(): readonly EventRef[] {
    return firstAndNewest(this.#entries.slice(this.#head).map(({ ref }) => ref));
  }

  save(): unknown {
    const entries = this.#entries.slice(this.#head).map(({ timeMs, weight, value, ref }) => {
      const late = timeMs === ref.timeMs ? [] : [ref.timeMs];
      return [timeMs, weight, value, ref.id, ref.index, ...late];
    });
    return [this.total, this.sum, entries];
  }

  static load(saved: unknown, spanMs: number): EventWindow {
    const window = new EventWindow(spanMs);
    const [total, sum, entries] = savedList(saved);
    window.total = savedNumber(total);
    window.sum = savedNumber(sum);
    window.#entries = savedList(entries).map((one) => {
      const [time, weight, value, id, index, ownTime = time] = savedList(one);
      return {
        timeMs: savedNumber(time),
        weight: savedNumber(weight),
        value: savedNumber(value),
        ref: { id: savedText(id), index: savedNumber(index), timeMs: savedNumber(ownTime) },
      };
    });
    return window;
  }
}

function mergeEntries(first: Entry, second: Entry): Entry {
  const weight = first.weight + second.weight;
  const value = (first.value * first.weight + second.value * second.weight) / weight;
  return { timeMs: second.timeMs, weight, value, ref: second.ref };
}

/** At most `refsMax` of some events in order: the first half of it, and the newest. */
export function firstAndNewest(refs: readonly EventRef[]): readonly EventRef[] {
  if (refs.length <= refsMax) return refs;
  return [...refs.slice(0, refsMax / 2), ...refs.slice(-refsMax / 2)];
}
