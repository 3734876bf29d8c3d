import { type KeyName, type KeyRecord, parseKeyRecord } from '../keys/index.ts';
import { OrderedNames } from './ordered-names.ts';
import { regionSuffix, splitRegion } from './regions.ts';

/** How the members of a key's record begin that are wanted before the record is read as a whole. */
const TIMED = ['"deletionAtMs":', '"rotation":', '"onDemandRotationAtMs":', '"expiresAtMs":'];
const ACCOUNT = /"account":"([0-9]{12})"/;

/**
 * Which keys there are, told from their records' texts: most keys are never read as a whole.
 */
export class KeyNames {
  readonly #byAccount = new Map<string, OrderedNames<KeyName>>();
  /** When the keys whose deletion is scheduled are due, milliseconds since the epoch, by name; and so on. */
  readonly #deletions = new Map<KeyName, number>();
  readonly #rotations = new Map<KeyName, number>();
  readonly #expiries = new Map<KeyName, number>();

  /** Takes a key's new record, or `null` when the key is gone. */
  note(name: KeyName, record: string | null): void {
    const timed = record !== null && TIMED.some((member) => record.includes(member));
    const parsed = timed ? parseKeyRecord(record) : undefined;
    assign(this.#deletions, name, parsed?.deletionAtMs);
    assign(this.#rotations, name, rotationOf(parsed));
    assign(this.#expiries, name, expiryOf(parsed));
    if (record === null) for (const names of this.#byAccount.values()) names.note(name, false);
    else this.#namesOf(ACCOUNT.exec(record)?.[1] ?? '', splitRegion(name).region).note(name, true);
  }

  /** Names of an account's keys in a Region, absent for the first one; sorted. */
  of(account: string, region?: string): readonly KeyName[] {
    return this.#byAccount.get(`${account}${regionSuffix(region)}`)?.sorted() ?? [];
  }

  /** How many keys an account has in a Region. */
  countOf(account: string, region?: string): number {
    return this.#byAccount.get(`${account}${regionSuffix(region)}`)?.size ?? 0;
  }

  /** How many keys there are, of all accounts. */
  get count(): number {
    return [...this.#byAccount.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Names of all keys, by account and Region. */
  all(): readonly KeyName[] {
    return [...this.#byAccount.values()].flatMap((names) => names.sorted());
  }

  /** Names of the keys whose deletion is due. */
  dueForDeletion(nowMs: number): readonly KeyName[] {
    return dueIn(this.#deletions, nowMs);
  }

  /** Names of the keys that have a rotation that is due, whether they are in a state for it or not. */
  dueForRotation(nowMs: number): readonly KeyName[] {
    return dueIn(this.#rotations, nowMs);
  }

  /** Names of the keys that hold material that has expired. */
  withExpiredMaterial(nowMs: number): readonly KeyName[] {
    return dueIn(this.#expiries, nowMs);
  }

  #namesOf(account: string, region: string | undefined): OrderedNames<KeyName> {
    const place = `${account}${regionSuffix(region)}`;
    const known = this.#byAccount.get(place);
    if (known !== undefined) return known;
    const names = new OrderedNames<KeyName>();
    this.#byAccount.set(place, names);
    return names;
  }
}

function assign(times: Map<KeyName, number>, name: KeyName, dueMs: number | undefined): void {
  if (dueMs === undefined) times.delete(name);
  else times.set(name, dueMs);
}

function dueIn(times: ReadonlyMap<KeyName, number>, nowMs: number): readonly KeyName[] {
  return [...times].filter(([, dueMs]) => dueMs <= nowMs).map(([name]) => name);
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
