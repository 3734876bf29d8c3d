import {
  type Entropy,
  isRsaKeySpec,
  keyAlgorithm,
  type KeyPairs,
  type KeySpec,
  makeRsaMaterial,
  type NewMaterial,
  type RsaKeySpec,
} from '../core/crypto/index.ts';

/** How many pairs may be searched for, waited for and kept ready. */
export interface KeyPairLimits {
  /** Searches at a time: each takes a thread of Node's pool, which files and names want too. */
  readonly searchesMax: number;
  /** Requests that wait. */
  readonly waitingMax: number;
  /** Pairs in stock, of each spec that has been asked for. */
  readonly stockMax: number;
}

/** What a front thread is given: of Node's four threads two stay free. */
export const keyPairLimits: KeyPairLimits = { searchesMax: 2, waitingMax: 64, stockMax: 2 };

interface Request {
  readonly spec: RsaKeySpec;
  readonly resolve: (material: NewMaterial | 'busy') => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes RSA pairs on Node's thread pool, a few at a time, and for those who have waited longest first; beyond the limit
 * of waiting requests the answer is `busy`. A spec that has been asked for once is kept in stock from then on, so that
 * the next request finds its pair ready. The stock is in memory only and is zeroed at the end. A pair is handed out
 * once.
 */
export class KeyPairMaker implements KeyPairs, AsyncDisposable {
  readonly #entropy: Entropy;
  readonly #limits: KeyPairLimits;
  readonly #search: (spec: RsaKeySpec) => Promise<NewMaterial>;
  readonly #waiting: Request[] = [];
  readonly #stock = new Map<RsaKeySpec, NewMaterial[]>();
  /** Searches under way, with what they are for. */
  readonly #searches = new Map<Promise<void>, RsaKeySpec>();
  #isClosed = false;

  /** @param search Finds a pair; another one only in tests. */
  constructor(entropy: Entropy, limits: KeyPairLimits, search: typeof makeRsaMaterial = makeRsaMaterial) {
    this.#entropy = entropy;
    this.#limits = limits;
    this.#search = search;
  }

  async make(spec: KeySpec): Promise<NewMaterial | 'busy'> {
    if (!isRsaKeySpec(spec)) return this.#makeNow(spec);
    if (this.#isClosed) return 'busy';
    const stock = this.#stock.get(spec) ?? [];
    this.#stock.set(spec, stock);
    const ready = stock.shift();
    if (ready === undefined && this.#waiting.length >= this.#limits.waitingMax) return 'busy';
    const made =
      ready ??
      new Promise<NewMaterial | 'busy'>((resolve, reject) => {
        this.#waiting.push({ spec, resolve, reject });
      });
    this.#searchOn();
    return made;
  }

  /** Pairs in stock. */
  get stockCount(): number {
    return [...this.#stock.values()].reduce((sum, stock) => sum + stock.length, 0);
  }

  /** Waits for the searches under way; whoever still waits is told `busy`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#searches.keys());
    for (const { resolve } of this.#waiting.splice(0)) resolve('busy');
    for (const { secret } of [...this.#stock.values()].flat()) secret.fill(0);
    this.#stock.clear();
  }

  #makeNow(spec: KeySpec): NewMaterial {
    const material = keyAlgorithm(spec).newMaterial(this.#entropy);
    if (material === 'asynchronous') throw new TypeError(`pairs of spec ${spec} are not made here`);
    return material;
  }

  /** Starts as many searches as there is room and need for. */
  #searchOn(): void {
    while (!this.#isClosed && this.#searches.size < this.#limits.searchesMax) {
      const spec = this.#nextSpec();
      if (spec === undefined) return;
      const search = this.#search(spec).then(
        (material) => this.#deliver(spec, material),
        (error: unknown) => this.#fail(spec, error),
      );
      const ended = search.then(() => {
        this.#searches.delete(ended);
        this.#searchOn();
      });
      this.#searches.set(ended, spec);
    }
  }

  /** First what is waited for and not yet searched for, then what the stock lacks. */
  #nextSpec(): RsaKeySpec | undefined {
    const searched = (spec: RsaKeySpec): number =>
      [...this.#searches.values()].filter((one) => one === spec).length;
    const waited = this.#waiting.find(({ spec }, index) => {
      const before = this.#waiting.slice(0, index).filter((one) => one.spec === spec).length;
      return before >= searched(spec);
    });
    if (waited !== undefined) return waited.spec;
    const waitedFor = (spec: RsaKeySpec): number => this.#waiting.filter((one) => one.spec === spec).length;
    const lacking = [...this.#stock].find(
      ([spec, stock]) => stock.length + searched(spec) - waitedFor(spec) < this.#limits.stockMax,
    );
    return lacking?.[0];
  }

  #deliver(spec: RsaKeySpec, material: NewMaterial): void {
    const request = this.#takeRequest(spec);
    const stock = this.#stock.get(spec);
    const isStocked = !this.#isClosed && stock !== undefined && stock.length < this.#limits.stockMax;
    if (request !== undefined) request.resolve(material);
    else if (isStocked) stock.push(material);
    else material.secret.fill(0);
  }

  /** A search for the stock that fails ends the stock of its spec, until somebody asks again and is told why. */
  #fail(spec: RsaKeySpec, error: unknown): void {
    const request = this.#takeRequest(spec);
    if (request === undefined) this.#stock.delete(spec);
    else request.reject(error);
  }

  #takeRequest(spec: RsaKeySpec): Request | undefined {
    const index = this.#waiting.findIndex((one) => one.spec === spec);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }
}
