import type { AliasRecord } from '../keys/index.ts';
import { OrderedNames } from './ordered-names.ts';

/** Which aliases there are: by account, and by the key that they lead to. */
export class AliasNames {
  readonly #byAccount = new Map<string, OrderedNames>();
  readonly #byKey = new Map<string, Set<string>>();

  /** Takes what was known of an alias, and what is known now. `id` is `<account>/<alias/name>`. */
  note(id: string, before: AliasRecord | undefined, after: AliasRecord | undefined): void {
    const account = id.slice(0, id.indexOf('/'));
    let names = this.#byAccount.get(account);
    if (names === undefined) this.#byAccount.set(account, (names = new OrderedNames()));
    names.note(id.slice(account.length + 1), after !== undefined);
    if (before !== undefined) this.#byKey.get(before.targetKeyId)?.delete(before.name);
    if (after === undefined) return;
    const ofKey = this.#byKey.get(after.targetKeyId);
    if (ofKey === undefined) this.#byKey.set(after.targetKeyId, new Set([after.name]));
    else ofKey.add(after.name);
  }

  /** Names of an account's aliases, sorted. */
  of(account: string): readonly string[] {
    return this.#byAccount.get(account)?.sorted() ?? [];
  }

  /** Names of a key's aliases. */
  ofKey(keyId: string): readonly string[] {
    return [...(this.#byKey.get(keyId) ?? [])];
  }
}
