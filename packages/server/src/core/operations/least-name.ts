/** A set of names that knows the least of them: in code unit order the first one. */
export class LeastName {
  readonly #names = new Set<string>();
  /** `undefined` when nobody has looked since it went. */
  #least: string | undefined;

  add(name: string): void {
    const isLess = this.#least !== undefined && name < this.#least;
    if (this.#names.size === 0 || isLess) this.#least = name;
    this.#names.add(name);
  }

  remove(name: string): void {
    this.#names.delete(name);
    if (this.#least === name) this.#least = undefined;
  }

  get least(): string | undefined {
    this.#least ??= leastOf(this.#names);
    return this.#least;
  }
}

function leastOf(names: ReadonlySet<string>): string | undefined {
  let least: string | undefined;
  for (const name of names) if (least === undefined || name < least) least = name;
  return least;
}
