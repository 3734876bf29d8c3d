import { parseKeyRecord } from '../keys/index.ts';
import { OrderedNames } from './ordered-names.ts';

/** How the members of a key's record begin that are wanted before the record is read as a whole. */
const DELETION = '"deletionAtMs":';
const ACCOUNT = /"account":"([0-9]{12})"/;

/** Which keys there are, told from their records' texts: most keys are never read as a whole. */
export class KeyNames {
  readonly #byAccount = new Map<string, OrderedNames>();
  /** When the keys whose deletion is scheduled are due, milliseconds since the epoch, by id. */
  readonly #deletions = new Map<string, number>();

  /** Takes a key's new record, or `null` when the key is gone. */
  note(id: string, record: string | null): void {
    const deletionMs = deletionOf(record);
    if (deletionMs === undefined) this.#deletions.delete(id);
    else this.#deletions.set(id, deletionMs);
    if (record === null) for (const names of this.#byAccount.values()) names.note(id, false);
    else this.#namesOf(ACCOUNT.exec(record)?.[1] ?? '').note(id, true);
  }

  /** Ids of an account's keys, sorted. */
  of(account: string): readonly string[] {
    return this.#byAccount.get(account)?.sorted() ?? [];
  }

  /** Ids of all keys, by account. */
  all(): readonly string[] {
    return [...this.#byAccount.values()].flatMap((names) => names.sorted());
  }

  /** Ids of the keys whose deletion is due. */
  dueForDeletion(nowMs: number): readonly string[] {
    return [...this.#deletions].filter(([, dueMs]) => dueMs <= nowMs).map(([id]) => id);
  }

  #namesOf(account: string): OrderedNames {
    const known = this.#byAccount.get(account);
    if (known !== undefined) return known;
    const names = new OrderedNames();
    this.#byAccount.set(account, names);
    return names;
  }
}

function deletionOf(record: string | null): number | undefined {
  return record?.includes(DELETION) === true ? parseKeyRecord(record).deletionAtMs : undefined;
}
