import type { GrantRecord, KeyName } from '../keys/index.ts';
import { type CompiledGrant, compileGrant } from '../policy/index.ts';
import { GrantIndex, type GrantNeed } from './grant-index.ts';
import { OrderedNames } from './ordered-names.ts';
import { parseRecord } from './subjects.ts';

/** A grant with what policy makes of it. */
export interface StoredGrant {
  readonly record: GrantRecord;
  readonly compiled: CompiledGrant;
}

/** What a grant is stored by: its key's id and its own. */
export function grantId(record: Pick<GrantRecord, 'keyId' | 'grantId'>): string {
  return `${record.keyId}/${record.grantId}`;
}

const NOBODY: readonly StoredGrant[] = [];

/** All grants, by id; by key and grantee, which is how decisions look for them; by name; and by whoever may retire them. */
export class GrantBook {
  readonly #byId = new Map<string, StoredGrant>();
  readonly #byKey = new Map<KeyName, OrderedNames>();
  readonly #byGrantee = new Map<string, OrderedNames>();
  readonly #indexes = new Map<string, GrantIndex>();
  readonly #byName = new Map<string, OrderedNames>();
  readonly #byRetiring = new Map<string, OrderedNames>();

  /** Takes a grant's new record, or `null` when it is gone. `id` is a {@link grantId}. */
  note(id: string, record: string | null): void {
    const before = this.#byId.get(id);
    if (before !== undefined) this.#list(id, before.record, false);
    const after = parseRecord<GrantRecord>(record);
    if (after === null) {
      this.#byId.delete(id);
      return;
    }
    this.#byId.set(id, { record: after, compiled: compileGrant(after) });
    this.#list(id, after, true);
  }

  get size(): number {
    return this.#byId.size;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  get(id: string): StoredGrant | undefined {
    return this.#byId.get(id);
  }

  /** The grants on a key to one grantee. */
  on(keyId: KeyName, grantee: string): readonly StoredGrant[] {
    const ids = this.#byGrantee.get(granteeName(keyId, grantee));
    if (ids === undefined) return NOBODY;
    return this.#all(ids.sorted());
  }

  /**
   * The grants on a key to one grantee that a decision has to look at: few, however many there are. A grant to somebody of
   * the same name who is gone is none: `uniqueId` is that of whoever has the name now.
   */
  deciding(keyId: KeyName, grantee: string, uniqueId: string, need: GrantNeed): readonly StoredGrant[] {
    const name = granteeName(keyId, grantee);
    const ids = [`${name}#`, `${name}#${uniqueId}`].flatMap(
      (one) => this.#indexes.get(one)?.find(need) ?? [],
    );
    return this.#all(ids.sort());
  }

  /** The grants on a key to one grantee that have a name. */
  named(keyId: KeyName, grantee: string, name: string): readonly StoredGrant[] {
    const ids = this.#byName.get(`${granteeName(keyId, grantee)}#${name}`);
    return ids === undefined ? NOBODY : this.#all(ids.sorted());
  }

  /** All grants to one grantee, whoever has that name now; looks at every grant that there is. */
  heldBy(grantee: string, uniqueId: string): readonly GrantRecord[] {
    return [...this.#byId.values()]
      .map(({ record }) => record)
      .filter((record) => record.grantee === grantee && (record.granteeUniqueId ?? uniqueId) === uniqueId);
  }

  /** How many grants there are on a key. */
  countOn(keyId: KeyName): number {
    return this.#byKey.get(keyId)?.size ?? 0;
  }

  /** Ids of all grants on a key, sorted. */
  idsOn(keyId: KeyName): readonly string[] {
    return this.#byKey.get(keyId)?.sorted() ?? [];
  }

  /** Ids of all grants that a principal may retire because they name it for that, sorted. */
  idsRetirableBy(principal: string): readonly string[] {
    return this.#byRetiring.get(principal)?.sorted() ?? [];
  }

  #all(ids: readonly string[]): readonly StoredGrant[] {
    return ids.map((id) => this.#byId.get(id)).filter((grant) => grant !== undefined);
  }

  #index(id: string, record: GrantRecord, present: boolean): void {
    const name = `${granteeName(record.keyId, record.grantee)}#${record.granteeUniqueId ?? ''}`;
    let index = this.#indexes.get(name);
    if (index === undefined) this.#indexes.set(name, (index = new GrantIndex()));
    if (present) index.add(id, record);
    else index.remove(id, record);
    if (index.size === 0) this.#indexes.delete(name);
  }

  #list(id: string, record: GrantRecord, present: boolean): void {
    const { grantee, keyId, name, retiring } = record;
    this.#index(id, record, present);
    if (name !== undefined) list(this.#byName, `${granteeName(keyId, grantee)}#${name}`, id, present);
    list(this.#byKey, keyId, id, present);
    list(this.#byGrantee, granteeName(keyId, grantee), id, present);
    if (retiring !== undefined) list(this.#byRetiring, retiring, id, present);
  }
}

/** Ids of keys have no slash. */
function granteeName(keyId: KeyName, grantee: string): string {
  return `${keyId}/${grantee}`;
}

function list<Name extends string>(
  lists: Map<Name, OrderedNames>,
  name: Name,
  id: string,
  present: boolean,
): void {
  let names = lists.get(name);
  if (names === undefined) lists.set(name, (names = new OrderedNames()));
  names.note(id, present);
  if (names.size === 0) lists.delete(name);
}
