import { savedList, savedNumber, savedText } from './saved.ts';

/** What a stage knows of its groups: the least recently active are forgotten when there are too many. */
export class GroupTable<Group> {
  readonly #groups = new Map<string, Group>();
  readonly #max: number;
  #newest: string | undefined;
  /** How many were forgotten while they still mattered. */
  forgotten = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#groups.size;
  }

  /** The group, which is now the most recently active one; made when there is none. */
  touch(key: string, make: () => Group): Group {
    const known = this.#groups.get(key);
    if (known !== undefined && key === this.#newest) return known;
    const group = known ?? make();
    if (known === undefined) this.#makeRoom();
    else this.#groups.delete(key);
    this.#groups.set(key, group);
    this.#newest = key;
    return group;
  }

  peek(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  delete(key: string): void {
    this.#groups.delete(key);
    if (this.#newest === key) this.#newest = undefined;
  }

  /** Drops a few of the least recently active groups that cannot matter any more. */
  sweep(isOver: (group: Group) => boolean): void {
    let looked = 0;
    for (const [key, group] of this.#groups) {
      if (looked === sweptMax || !isOver(group)) return;
      looked += 1;
      this.delete(key);
    }
  }

  entries(): Iterable<[string, Group]> {
    return this.#groups.entries();
  }

  save(saveGroup: (group: Group) => unknown): unknown {
    return [this.forgotten, Array.from(this.#groups, ([key, group]) => [key, saveGroup(group)])];
  }

  load(saved: unknown, loadGroup: (saved: unknown) => Group): void {
    const [forgotten, groups] = savedList(saved);
    this.clear();
    this.forgotten = savedNumber(forgotten);
    for (const one of savedList(groups)) {
      const [key, group] = savedList(one);
      this.#groups.set(savedText(key), loadGroup(group));
    }
  }

  clear(): void {
    this.#groups.clear();
    this.#newest = undefined;
    this.forgotten = 0;
  }

  #makeRoom(): void {
    if (this.#groups.size < this.#max) return;
    const [oldest] = this.#groups.keys();
    if (oldest === undefined) return;
    this.#groups.delete(oldest);
    this.forgotten += 1;
  }
}

const sweptMax = 2;
