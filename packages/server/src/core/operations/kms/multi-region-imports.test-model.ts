/** A material of a set of keys: which it is, and what it is to all of them. */
interface ModelMaterial {
  readonly nth: number;
  state: 'CURRENT' | 'NON_CURRENT' | 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION' | 'PENDING_ROTATION';
}

/** Bytes that a Region has: the day on which they end, if they do. */
interface ModelCopy {
  readonly endDay: number | undefined;
}

/**
 * The plainest model of imported material in several Regions: one list of materials for all, and for each Region the
 * copies that it has. Each act answers whether it succeeds; if so, it is done.
 */
export class ModelSet {
  materials: ModelMaterial[] = [];
  primary: string;
  day = 0;
  isRotating = false;
  readonly #copies = new Map<string, Map<number, ModelCopy>>();

  constructor(primary: string) {
    this.primary = primary;
    this.#copies.set(primary, new Map());
  }

  has(region: string): boolean {
    return this.#copies.has(region);
  }

  /** Whether the bytes are in the store, expired or not. */
  isStored(region: string, nth: number): boolean {
    return this.#copies.get(region)?.has(nth) === true;
  }

  isHere(region: string, nth: number): boolean {
    const copy = this.#copies.get(region)?.get(nth);
    return copy !== undefined && (copy.endDay === undefined || this.day < copy.endDay);
  }

  /** Whether a Region has all that the key has ever encrypted with. */
  isUsable(region: string): boolean {
    const used = this.materials.filter((material) => !isPending(material));
    return used.length > 0 && used.every(({ nth }) => this.isHere(region, nth));
  }

  import(region: string, nth: number, said: string | undefined, endDay: number | undefined): boolean {
    const copies = this.#copies.get(region);
    if (copies === undefined) return false;
    const isKnown = this.materials.some((material) => material.nth === nth);
    const isNew = (said ?? (this.materials.length === 0 ? 'NEW_KEY_MATERIAL' : '')) === 'NEW_KEY_MATERIAL';
    if (region === this.primary) {
      if (isNew ? isKnown || this.#pending !== undefined : !isKnown) return false;
    } else if (!isKnown || (isNew && copies.size > 0)) return false;
    const state = this.materials.length === 0 ? 'CURRENT' : 'PENDING_ROTATION';
    if (!isKnown) this.materials.push({ nth, state });
    copies.set(nth, { endDay });
    this.#settle();
    return true;
  }

  remove(region: string, nth: number): boolean {
    const material = this.materials.find((one) => one.nth === nth);
    if (material === undefined || !this.has(region)) return false;
    if (isPending(material) && region === this.primary) {
      for (const copies of this.#copies.values()) copies.delete(nth);
      this.#settle();
    } else if (this.#copies.get(region)?.delete(nth) === true) this.#settle();
    return true;
  }

  rotate(region: string): boolean {
    const pending = this.#pending;
    if (region !== this.primary || this.isRotating || !this.isUsable(region)) return false;
    if (pending?.state !== 'PENDING_ROTATION' || !this.#isEverywhere(pending)) return false;
    this.isRotating = true;
    return true;
  }

  replicate(region: string, to: string): boolean {
    if (region !== this.primary || this.isRotating || !this.isUsable(region) || this.has(to)) return false;
    this.#copies.set(to, new Map());
    this.#settle();
    return true;
  }

  updatePrimary(region: string, to: string): boolean {
    if (region !== this.primary || to === region || !this.has(to)) return false;
    if (!this.isUsable(region) || !this.isUsable(to)) return false;
    this.primary = to;
    this.#settle();
    return true;
  }

  deleteReplica(region: string): void {
    this.#copies.delete(region);
    this.#settle();
  }

  /** What has expired goes, and a rotation in progress comes to its end. */
  sweep(): void {
    for (const [region, copies] of this.#copies) {
      for (const nth of [...copies.keys()].filter((one) => !this.isHere(region, one))) {
        copies.delete(nth);
        this.#settle();
      }
    }
    const pending = this.#pending;
    if (!this.isRotating || pending === undefined || !this.isUsable(this.primary)) return;
    for (const material of this.materials) material.state = 'NON_CURRENT';
    pending.state = 'CURRENT';
    this.materials = [...this.materials.filter((material) => material !== pending), pending];
    this.isRotating = false;
  }

  get #pending(): ModelMaterial | undefined {
    return this.materials.find(isPending);
  }

  #isEverywhere({ nth }: ModelMaterial): boolean {
    return [...this.#copies.keys()].every((region) => this.isHere(region, nth));
  }

  #settle(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    if (![...this.#copies.values()].some((copies) => copies.has(pending.nth))) {
      this.materials = this.materials.filter((material) => material !== pending);
      this.isRotating = false;
      return;
    }
    const isComplete = this.#isEverywhere(pending);
    pending.state = isComplete ? 'PENDING_ROTATION' : 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
    if (!isComplete) this.isRotating = false;
  }
}

function isPending({ state }: ModelMaterial): boolean {
  return state !== 'CURRENT' && state !== 'NON_CURRENT';
}
