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
  readonly resolve: (made: NewMaterial) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Finds RSA key pairs one after the other, on Node's thread pool: no response loop waits for one, and the other users of
 * the pool keep theirs. When nobody waits, pairs of the specs that were asked for are found ahead of time; they are in
 * this thread's memory only, and each is handed out once.
 */
export class KeyPairQueue implements KeyPairs {
  readonly #find: (spec: RsaKeySpec) => Promise<NewMaterial>;
  readonly #ready = new Map<RsaKeySpec, NewMaterial[]>();
  readonly #waiting: Waiting[] = [];
  #isFinding = false;

  constructor(find: (spec: RsaKeySpec) => Promise<NewMaterial> = makeRsaMaterial) {
    this.#find = find;
  }

  async make(spec: KeySpec): Promise<NewMaterial | 'busy'> {
    if (!isRsaKeySpec(spec)) throw new TypeError(`pairs of spec ${spec} need not be waited for`);
    const ready = this.#readyOf(spec).shift();
    if (ready !== undefined) {
      this.#findNext();
      return ready;
    }
    if (this.#waiting.length >= WAITING_MAX) return 'busy';
    const { promise, resolve, reject } = Promise.withResolvers<NewMaterial>();
    this.#waiting.push({ spec, resolve, reject });
    this.#findNext();
    return promise;
  }

  #findNext(): void {
    if (this.#isFinding) return;
    const next = this.#waiting.shift();
    const spec = next?.spec ?? this.#shortSpec();
    if (spec === undefined) return;
    this.#isFinding = true;
    this.#find(spec).then(
      (made) => {
        if (next === undefined) this.#readyOf(spec).push(made);
        else next.resolve(made);
        this.#isFinding = false;
        this.#findNext();
      },
      (error: unknown) => {
        this.#isFinding = false;
        // Nobody waits for what is found ahead of time; whoever asks next finds out.
        next?.reject(error);
        if (next !== undefined) this.#findNext();
      },
    );
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
