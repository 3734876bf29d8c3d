import { type KeyRecord, parseKeyRecord } from '../keys/index.ts';
import { OrderedNames } from './ordered-names.ts';

/** How the members of a key's record begin that are wanted before the record is read as a whole. */
const TIMED = ['"deletionAtMs":', '"rotation":', '"onDemandRotationAtMs":', '"expiresAtMs":'];
const ACCOUNT = /"account":"([0-9]{12})"/;

/** Which keys there are, told from their records' texts: most keys are never read as a whole. */
export class KeyNames {
  readonly #byAccount = new Map<string, OrderedNames>();
  /** When the keys whose deletion is scheduled are due, milliseconds since the epoch, by id; and so on. */
  readonly #deletions = new Map<string, number>();
  readonly #rotations = new Map<string, number>();
  readonly #expiries = new Map<string, number>();

  /** Takes a key's new record, or `null` when the key is gone. */
  note(id: string, record: string | null): void {
    const timed = record !== null && TIMED.some((member) => record.includes(member));
    const parsed = timed ? parseKeyRecord(record) : undefined;
    assign(this.#deletions, id, parsed?.deletionAtMs);
    assign(this.#rotations, id, rotationOf(parsed));
    assign(this.#expiries, id, expiryOf(parsed));
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
    return dueIn(this.#deletions, nowMs);
  }

  /** Ids of the keys that have a rotation that is due, whether they are in a state for it or not. */
  dueForRotation(nowMs: number): readonly string[] {
    return dueIn(this.#rotations, nowMs);
  }

  /** Ids of the keys that hold material that has expired. */
  withExpiredMaterial(nowMs: number): readonly string[] {
    return dueIn(this.#expiries, nowMs);
  }

  #namesOf(account: string): OrderedNames {
    const known = this.#byAccount.get(account);
    if (known !== undefined) return known;
    const names = new OrderedNames();
    this.#byAccount.set(account, names);
    return names;
  }
}

function assign(times: Map<string, number>, id: string, dueMs: number | undefined): void {
  if (dueMs === undefined) times.delete(id);
  else times.set(id, dueMs);
}

function dueIn(times: ReadonlyMap<string, number>, nowMs: number): readonly string[] {
  return [...times].filter(([, dueMs]) => dueMs <= nowMs).map(([id]) => id);
}

function rotationOf(record: KeyRecord | undefined): number | undefined {
  return record?.onDemandRotationAtMs ?? record?.rotation?.nextAtMs;
}

function expiryOf(record: KeyRecord | undefined): number | undefined {
  const ends = (record?.materials ?? [])
    .map(({ expiresAtMs }) => expiresAtMs)
    .filter((endMs) => endMs !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
