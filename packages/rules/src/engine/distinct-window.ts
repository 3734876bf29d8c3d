import { savedList, savedNumber, savedText } from './saved.ts';

/** More values than this are estimated from every second, fourth, ... of them. */
const valuesMax = 2048;
const slackMax = 64;

interface Sighting {
  readonly value: string;
  readonly timeMs: number;
}

/** How many different values were seen within a time that ends at the latest sighting; an estimate beyond `valuesMax`. */
export class DistinctWindow {
  readonly #spanMs: number;
  /** When each was seen last. */
  readonly #latest = new Map<string, number>();
  /** By time; some are not the latest of their value any more. */
  #sightings: Sighting[] = [];
  #head = 0;
  #newestMs = Number.NEGATIVE_INFINITY;
  /** How often the sample was halved. */
  #halvings = 0;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** How many values it keeps. */
  get size(): number {
    return this.#latest.size;
  }

  get count(): number {
    return this.#latest.size * 2 ** this.#halvings;
  }

  add(value: string, timeMs: number): void {
    if (timeMs <= this.#newestMs - this.#spanMs) return;
    this.#newestMs = Math.max(this.#newestMs, timeMs);
    this.#expire();
    if (!isSampled(value, this.#halvings)) return;
    const known = this.#latest.get(value);
    if (known !== undefined && known >= timeMs) return;
    this.#latest.set(value, timeMs);
    this.#insert({ value, timeMs });
    while (this.#latest.size > valuesMax) this.#halve();
    if (this.#sightings.length - this.#head > 2 * this.#latest.size + slackMax) this.#compact();
  }

  #insert(sighting: Sighting): void {
    let at = this.#sightings.length;
    while (at > this.#head && (this.#sightings[at - 1]?.timeMs ?? 0) > sighting.timeMs) at -= 1;
    if (at === this.#sightings.length) this.#sightings.push(sighting);
    else this.#sightings.splice(at, 0, sighting);
  }

  #expire(): void {
    const beginMs = this.#newestMs - this.#spanMs;
    for (let one = this.#sightings[this.#head]; one !== undefined && one.timeMs <= beginMs;) {
      if (this.#latest.get(one.value) === one.timeMs) this.#latest.delete(one.value);
      this.#head += 1;
      one = this.#sightings[this.#head];
    }
    if (this.#latest.size === 0) this.#halvings = 0;
    if (this.#head > slackMax && this.#head * 2 > this.#sightings.length) this.#compact();
  }

  #halve(): void {
    this.#halvings += 1;
    for (const value of this.#latest.keys()) {
      if (!isSampled(value, this.#halvings)) this.#latest.delete(value);
    }
    this.#compact();
  }

  #compact(): void {
    this.#sightings = this.#sightings
      .slice(this.#head)
      .filter(({ value, timeMs }) => this.#latest.get(value) === timeMs);
    this.#head = 0;
  }

  save(): unknown {
    this.#compact();
    const newest = Number.isFinite(this.#newestMs) ? this.#newestMs : null;
    return [this.#halvings, newest, this.#sightings.map(({ value, timeMs }) => [value, timeMs])];
  }

  static load(saved: unknown, spanMs: number): DistinctWindow {
    const window = new DistinctWindow(spanMs);
    const [halvings, newest, sightings] = savedList(saved);
    window.#halvings = savedNumber(halvings);
    window.#newestMs = newest === null ? Number.NEGATIVE_INFINITY : savedNumber(newest);
    for (const one of savedList(sightings)) {
      const [value, time] = savedList(one);
      const sighting = { value: savedText(value), timeMs: savedNumber(time) };
      window.#latest.set(sighting.value, sighting.timeMs);
      window.#sightings.push(sighting);
    }
    return window;
  }
}

/** One of `2 ** halvings` values, always the same ones (FNV-1a, then mixed). */
function isSampled(value: string, halvings: number): boolean {
  if (halvings === 0) return true;
  let hash = 0x811c_9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  hash ^= hash >>> 15;
  return (hash >>> 0) % 2 ** halvings === 0;
}
