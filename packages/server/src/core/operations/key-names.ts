import { parseKeyRecord } from '../keys/index.ts';
import { OrderedNames } from './ordered-names.ts';
import { regionSuffix, splitRegion } from './regions.ts';

/** How the members of a key's record begin that are wanted before the record is read as a whole. */
const DELETION = '"deletionAtMs":';
const ACCOUNT = /"account":"([0-9]{12})"/;

/**
 * Which keys there are, told from their records' texts: most keys are never read as a whole. The name of a key is what
 * it is stored under.
 */
export class KeyNames {
  readonly #byAccount = new Map<string, OrderedNames>();
  /** When the keys whose deletion is scheduled are due, milliseconds since the epoch, by name. */
  readonly #deletions = new Map<string, number>();

  /** Takes a key's new record, or `null` when the key is gone. */
  note(name: string, record: string | null): void {
    const deletionMs = deletionOf(record);
    if (deletionMs === undefined) this.#deletions.delete(name);
    else this.#deletions.set(name, deletionMs);
    if (record === null) for (const names of this.#byAccount.values()) names.note(name, false);
    else this.#namesOf(accountOf(record), splitRegion(name).region).note(name, true);
  }

  /** Names of an account's keys in a Region, absent for the first one; sorted. */
  of(account: string, region?: string): readonly string[] {
    return this.#byAccount.get(`${account}${regionSuffix(region)}`)?.sorted() ?? [];
  }

  /** How many keys an account has in a Region. */
  countOf(account: string, region?: string): number {
    return this.#byAccount.get(`${account}${regionSuffix(region)}`)?.size ?? 0;
  }

  /** Names of all keys, by account and Region. */
  all(): readonly string[] {
    return [...this.#byAccount.values()].flatMap((names) => names.sorted());
  }

  /** Names of the keys whose deletion is due. */
  dueForDeletion(nowMs: number): readonly string[] {
    return [...this.#deletions].filter(([, dueMs]) => dueMs <= nowMs).map(([name]) => name);
  }

  #namesOf(account: string, region: string | undefined): OrderedNames {
    const place = `${account}${regionSuffix(region)}`;
    const known = this.#byAccount.get(place);
    if (known !== undefined) return known;
    const names = new OrderedNames();
    this.#byAccount.set(place, names);
    return names;
  }
}

function accountOf(record: string): string {
  return ACCOUNT.exec(record)?.[1] ?? '';
}

function deletionOf(record: string | null): number | undefined {
  return record?.includes(DELETION) === true ? parseKeyRecord(record).deletionAtMs : undefined;
}
