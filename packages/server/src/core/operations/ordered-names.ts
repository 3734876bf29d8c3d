/** A set of names that can be listed in order; sorting is put off until somebody lists. */
export class OrderedNames {
  readonly #names = new Set<string>();
  #sorted: readonly string[] | undefined = [];

  /** Records that `name` exists now, or does not any more. */
  note(name: string, present: boolean): void {
    if (present === this.#names.has(name)) return;
    if (present) this.#names.add(name);
    else this.#names.delete(name);
    this.#sorted = undefined;
  }

  get size(): number {
    return this.#names.size;
  }

  /** All names in code unit order. */
  sorted(): readonly string[] {
    this.#sorted ??= [...this.#names].sort();
    return this.#sorted;
  }
}
