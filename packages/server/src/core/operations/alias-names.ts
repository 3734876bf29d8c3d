import { type AliasRecord, type KeyName, keyName } from '../keys/index.ts';
import { OrderedNames } from './ordered-names.ts';
import { regionSuffix, splitRegion } from './regions.ts';

/** Which aliases there are: by account and Region, and by the key that they lead to. */
export class AliasNames {
  readonly #byAccount = new Map<string, OrderedNames>();
  readonly #byKey = new Map<KeyName, Set<string>>();

  /** Takes what was known of an alias, and what is known now. `id` is `<account>/<alias/name>`, with its Region. */
  note(id: string, before: AliasRecord | undefined, after: AliasRecord | undefined): void {
    const { name, region } = splitRegion(id);
    const account = name.slice(0, name.indexOf('/'));
    const place = `${account}${regionSuffix(region)}`;
    let names = this.#byAccount.get(place);
    if (names === undefined) this.#byAccount.set(place, (names = new OrderedNames()));
    names.note(name.slice(account.length + 1), after !== undefined);
    if (before !== undefined) this.#byKey.get(targetOf(before))?.delete(before.name);
    if (after === undefined) return;
    const ofKey = this.#byKey.get(targetOf(after));
    if (ofKey === undefined) this.#byKey.set(targetOf(after), new Set([after.name]));
    else ofKey.add(after.name);
  }

  /** Names of an account's aliases in a Region, absent for the first one; sorted. */
  of(account: string, region?: string): readonly string[] {
    return this.#byAccount.get(`${account}${regionSuffix(region)}`)?.sorted() ?? [];
  }

  /** Names of the aliases of a key, by what the key is stored under. */
  ofKey(key: KeyName): readonly string[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  /** How many aliases a key has, by what the key is stored under. */
  countOfKey(key: KeyName): number {
    return this.#byKey.get(key)?.size ?? 0;
  }
}

/** What the key of an alias is stored under. */
function targetOf({ region, targetKeyId }: AliasRecord): KeyName {
  return keyName({ id: targetKeyId, region });
}
