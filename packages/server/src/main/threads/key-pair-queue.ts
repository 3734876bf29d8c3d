import {
  isRsaKeySpec,
  type KeyPairs,
  type KeySpec,
  makeRsaMaterial,
  type NewMaterial,
  type RsaKeySpec,
} from '../../core/crypto/index.ts';

/** Requests that may wait for a pair; more are told to come back later. */
const WAITING_MAX = 32;
/** Pairs of each spec that are kept ready once somebody has asked for that spec. */
const READY_MAX = 2;

interface Waiting {
  readonly spec: RsaKeySpec;
  readonly resolve: (made: NewMaterial | 'busy') => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Finds RSA key pairs one after the other, on Node's thread pool: no response loop waits for one, and the other users of
 * the pool keep theirs. When nobody waits, pairs of the specs that were asked for are found ahead of time; they are in
 * this thread's memory only, each is handed out once, and those that are left at the end are zeroed.
 */
export class KeyPairQueue implements KeyPairs, AsyncDisposable {
  readonly #find: (spec: RsaKeySpec) => Promise<NewMaterial>;
  readonly #ready = new Map<RsaKeySpec, NewMaterial[]>();
  readonly #waiting: Waiting[] = [];
  #finding: Promise<void> | undefined;
  #isClosed = false;

  /** @param find Finds a pair; another one only in tests. */
  constructor(find: (spec: RsaKeySpec) => Promise<NewMaterial> = makeRsaMaterial) {
    this.#find = find;
  }

  async make(spec: KeySpec): Promise<NewMaterial | 'busy'> {
    if (!isRsaKeySpec(spec)) throw new TypeError(`pairs of spec ${spec} need not be waited for`);
    if (this.#isClosed) return 'busy';
    const ready = this.#readyOf(spec).shift();
    if (ready !== undefined) {
      this.#findNext();
      return ready;
    }
    if (this.#waiting.length >= WAITING_MAX) return 'busy';
    const { promise, resolve, reject } = Promise.withResolvers<NewMaterial | 'busy'>();
    this.#waiting.push({ spec, resolve, reject });
    this.#findNext();
    return promise;
  }

  /** Waits for the search under way; whoever still waits is told `busy`, as is everybody from then on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve('busy');
    await this.#finding;
    for (const { secret } of [...this.#ready.values()].flat()) secret.fill(0);
    this.#ready.clear();
  }

  #findNext(): void {
    if (this.#finding !== undefined || this.#isClosed) return;
    const next = this.#waiting.shift();
    const spec = next?.spec ?? this.#shortSpec();
    if (spec === undefined) return;
    this.#finding = this.#find(spec).then(
      (made) => {
        // Somebody may have come to wait for what was to be kept ready.
        const whose = next ?? this.#takeWaiting(spec);
        if (whose === undefined) this.#readyOf(spec).push(made);
        else whose.resolve(made);
        this.#finding = undefined;
        this.#findNext();
      },
      (error: unknown) => {
        this.#finding = undefined;
        // Nobody waits for what is found ahead of time; whoever asks next finds out.
        next?.reject(error);
        if (next !== undefined) this.#findNext();
      },
    );
  }

  #takeWaiting(spec: RsaKeySpec): Waiting | undefined {
    const position = this.#waiting.findIndex((one) => one.spec === spec);
    return position === -1 ? undefined : this.#waiting.splice(position, 1)[0];
  }

  #shortSpec(): RsaKeySpec | undefined {
    for (const [spec, ready] of this.#ready) if (ready.length < READY_MAX) return spec;
    return undefined;
  }

  #readyOf(spec: RsaKeySpec): NewMaterial[] {
    const known = this.#ready.get(spec);
    if (known !== undefined) return known;
    const ready: NewMaterial[] = [];
    this.#ready.set(spec, ready);
    return ready;
  }
}
