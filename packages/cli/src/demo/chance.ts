/** Choices that a seed repeats (mulberry32). */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** Whether something of this probability happens now. */
  happens(probability: number): boolean;
  /** A whole number from 0 to below `count`; small ones are more frequent, as customers of a company are. */
  below(count: number): number;
  /** One of some, all with the same probability. @throws RangeError when there are none */
  of<Item>(items: readonly Item[]): Item;
  /** One of some, each as often as its weight says. @throws RangeError when there are none */
  weighted<Item extends { readonly weight: number }>(items: readonly Item[]): Item;
  /** The time to the next of things that happen so often an hour, in milliseconds. */
  wait(perHour: number): number;
}

const hourMs = 3_600_000;

/** @param seed - a whole number */
export function chanceOf(seed: number): Chance {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    happens: (probability) => next() < probability,
    below: (count) => Math.floor(next() ** 2 * count),
    of: (items) => found(items[Math.floor(next() * items.length)]),
    weighted: (items) => {
      let left = next() * items.reduce((sum, { weight }) => sum + weight, 0);
      return found(items.find(({ weight }) => (left -= weight) < 0) ?? items.at(-1));
    },
    wait: (perHour) => (-Math.log(1 - next()) * hourMs) / perHour,
  };
}

function found<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new RangeError('there is nothing to choose from');
  return item;
}
