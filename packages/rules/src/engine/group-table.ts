import { savedList, savedNumber, savedText } from './saved.ts';

/** What all groups of a table keep together at most: events, values, figures. */
const keptMax = 200_000;
const sweptMax = 2;

interface Slot<Group> {
  readonly group: Group;
  /** How much it kept when it was last settled. */
  kept: number;
}

/**
 * What a stage knows of its groups. The least recently active are forgotten when there are too many, or when all of them
 * together keep too much.
 */
export class GroupTable<Group> {
  readonly #slots = new Map<string, Slot<Group>>();
  readonly #max: number;
  readonly #keptBy: (group: Group) => number;
  #newest: string | undefined;
  #kept = 0;
  /** How many were forgotten while they still mattered. */
  forgotten = 0;

  /** `keptBy` says how much a group keeps; it may change only between `touch` and `settle`. */
  constructor(max: number, keptBy: (group: Group) => number) {
    this.#max = max;
    this.#keptBy = keptBy;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The group, which is now the most recently active one; made when there is none. */
  touch(key: string, make: () => Group): Group {
    const known = this.#slots.get(key);
    if (known !== undefined && key === this.#newest) return known.group;
    const slot = known ?? { group: make(), kept: 0 };
    if (known !== undefined) this.#slots.delete(key);
    else if (this.#slots.size >= this.#max) this.#forget();
    this.#slots.set(key, slot);
    this.#newest = key;
    return slot.group;
  }

  /** To be called after a group that was touched has changed. */
  settle(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    const kept = this.#keptBy(slot.group);
    this.#kept += kept - slot.kept;
    slot.kept = kept;
    while (this.#kept > keptMax && this.#slots.size > 1) this.#forget();
  }

  peek(key: string): Group | undefined {
    return this.#slots.get(key)?.group;
  }

  delete(key: string): void {
    this.#kept -= this.#slots.get(key)?.kept ?? 0;
    this.#slots.delete(key);
    if (this.#newest === key) this.#newest = undefined;
  }

  /** Drops a few of the least recently active groups that cannot matter any more. */
  sweep(isOver: (group: Group) => boolean): void {
    let looked = 0;
    for (const [key, { group }] of this.#slots) {
      if (looked === sweptMax || !isOver(group)) return;
      looked += 1;
      this.delete(key);
    }
  }

  *entries(): Generator<[string, Group]> {
    for (const [key, { group }] of this.#slots) yield [key, group];
  }

  save(saveGroup: (group: Group) => unknown): unknown {
    return [this.forgotten, Array.from(this.#slots, ([key, { group }]) => [key, saveGroup(group)])];
  }

  load(saved: unknown, loadGroup: (saved: unknown) => Group): void {
    const [forgotten, groups] = savedList(saved);
    this.#slots.clear();
    this.#newest = undefined;
    this.#kept = 0;
    this.forgotten = savedNumber(forgotten);
    for (const one of savedList(groups)) {
      const [key, groupState] = savedList(one);
      const group = loadGroup(groupState);
      const kept = this.#keptBy(group);
      this.#slots.set(savedText(key), { group, kept });
      this.#kept += kept;
    }
  }

  #forget(): void {
    const [oldest] = this.#slots.keys();
    if (oldest === undefined) return;
    this.delete(oldest);
    this.forgotten += 1;
  }
}
