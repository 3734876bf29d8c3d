import {
  isRsaKeySpec,
  type KeyPairs,
  type KeySpec,
  makeRsaMaterial,
  type NewMaterial,
} from '../crypto/index.ts';

/** Pairs are found once for all tests of a file. */
const found = new Map<KeySpec, Promise<NewMaterial>>();

/** Hands out copies of one pair for each spec, and says what it was asked for. */
export class TestKeyPairs implements KeyPairs {
  /** Every spec that was asked for, in order. */
  readonly asked: KeySpec[] = [];
  /** What is handed out; each is zeroed by whoever asked, when done. */
  readonly handedOut: NewMaterial[] = [];
  /** While set, too many are waiting already. */
  isBusy = false;

  async make(spec: KeySpec): Promise<NewMaterial | 'busy'> {
    this.asked.push(spec);
    if (this.isBusy) return 'busy';
    if (!isRsaKeySpec(spec)) throw new TypeError(`pairs of spec ${spec} are not made apart`);
    const pair = found.get(spec) ?? makeRsaMaterial(spec);
    found.set(spec, pair);
    const { publicKey, secret } = await pair;
    const copy = {
      secret: Uint8Array.from(secret),
      ...(publicKey === undefined ? {} : { publicKey: Uint8Array.from(publicKey) }),
    };
    this.handedOut.push(copy);
    return copy;
  }
}
