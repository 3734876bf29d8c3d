/** A set of names that can be listed in order; sorting is put off until somebody lists. */
export class OrderedNames<Name extends string = string> {
  readonly #names = new Set<Name>();
  #sorted: readonly Name[] | undefined = [];

  /** Records that `name` exists now, or does not any more. */
  note(name: Name, present: boolean): void {
    if (present === this.#names.has(name)) return;
    if (present) this.#names.add(name);
    else this.#names.delete(name);
    this.#sorted = undefined;
  }

  get size(): number {
    return this.#names.size;
  }

  /** All names in code unit order. */
  sorted(): readonly Name[] {
    this.#sorted ??= [...this.#names].sort();
    return this.#sorted;
  }
}
