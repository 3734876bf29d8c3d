/** The most things that are kept by one {@link Interned}, and the longest text that one is kept by. */
const ENTRIES_MAX = 10_000;
const KEY_UNITS_MAX = 1_024;

/**
 * Things that are made from texts of policies, each made once while it is in use. The policies of a deployment mostly
 * say the same, and what they share stays in the processor's caches however many policies there are.
 */
export class Interned<Value> {
  readonly #known = new Map<string, Value>();

  /** What was made for this key, or else what `make` makes, which must depend on nothing but the key. */
  of(key: string, make: () => Value): Value {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (key.length > KEY_UNITS_MAX) return made;
    if (this.#known.size >= ENTRIES_MAX) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}
