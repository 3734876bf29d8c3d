import type { StateChange } from '../audit/index.ts';
import type { CredentialRecord, PrincipalRecord } from '../identity/index.ts';
import { type AliasRecord, type Key, keyFromRecord, parseKeyRecord } from '../keys/index.ts';
import { LazyRecords } from './lazy-records.ts';
import { type Principal, principalFromRecord } from './principal.ts';
import { OrderedNames } from './ordered-names.ts';
import { parseRecord, subjectOf } from './subjects.ts';

/**
 * One thread's copy of the state, kept current by the changes that the ledger hands out. It may lag behind the
 * ledger; a decision made on it is only as good as the revision it carries, which the ledger checks at the commit
 * (G5).
 */
export class Replica {
  #revision = 0;
  readonly #keys = new LazyRecords<Key>((text) => keyFromRecord(parseKeyRecord(text)));
  /** When the keys whose deletion is scheduled are due, milliseconds since the epoch, by id. */
  readonly #deletions = new Map<string, number>();
  readonly #aliases = new Map<string, AliasRecord>();
  readonly #principals = new Map<string, Principal>();
  readonly #credentials = new Map<string, CredentialRecord>();
  readonly #keyNames = new OrderedNames();
  readonly #aliasNames = new OrderedNames();

  constructor(changes: readonly StateChange[] = []) {
    this.apply(changes);
  }

  /** The revision of the newest change applied. */
  get revision(): number {
    return this.#revision;
  }

  /** Applies changes in the order in which the ledger committed them. */
  apply(changes: readonly StateChange[]): void {
    for (const change of changes) {
      this.#applyOne(change.subject, change.record);
      if (change.revision > this.#revision) this.#revision = change.revision;
    }
  }

  /** A view that remembers what is looked at through it. */
  view(): View {
    return new View(this, this.#revision);
  }

  key(id: string): Key | undefined {
    return this.#keys.get(id);
  }

  alias(name: string): AliasRecord | undefined {
    return this.#aliases.get(name);
  }

  principal(arn: string): Principal | undefined {
    return this.#principals.get(arn);
  }

  credential(accessKeyId: string): CredentialRecord | undefined {
    return this.#credentials.get(accessKeyId);
  }

  keyIds(): readonly string[] {
    return this.#keyNames.sorted();
  }

  /** Ids of the keys whose deletion is due. */
  dueForDeletion(nowMs: number): readonly string[] {
    return [...this.#deletions].filter(([, dueMs]) => dueMs <= nowMs).map(([id]) => id);
  }

  aliasNames(): readonly string[] {
    return this.#aliasNames.sorted();
  }

  principals(): Iterable<Principal> {
    return this.#principals.values();
  }

  credentials(): Iterable<CredentialRecord> {
    return this.#credentials.values();
  }

  #applyOne(subject: string, record: string | null): void {
    const { kind, name } = subjectOf(subject);
    switch (kind) {
      case 'key':
        this.#keyNames.note(name, record !== null);
        this.#keys.set(name, record);
        return assign(this.#deletions, name, deletionOf(record));
      case 'alias':
        this.#aliasNames.note(name, record !== null);
        return assign(this.#aliases, name, parseRecord<AliasRecord>(record));
      case 'principal': {
        const principal = parseRecord<PrincipalRecord>(record);
        return assign(this.#principals, name, principal === null ? null : principalFromRecord(principal));
      }
      case 'credential':
        return assign(this.#credentials, name, parseRecord<CredentialRecord>(record));
      case 'document':
        // Kept for auditors; no decision reads them.
        return;
    }
  }
}

/**
 * The state as one decision sees it. Every look-up by name is remembered, found or not: the list is what the
 * ledger compares with what has changed, so a decision cannot depend on something it forgot to declare. Listings
 * are not remembered: they promise a moment, not a permission.
 */
export class View {
  readonly revision: number;
  readonly reads: string[] = [];
  readonly #replica: Replica;

  constructor(replica: Replica, revision: number) {
    this.#replica = replica;
    this.revision = revision;
  }

  key(id: string): Key | undefined {
    this.reads.push(`key:${id}`);
    return this.#replica.key(id);
  }

  alias(name: string): AliasRecord | undefined {
    this.reads.push(`alias:${name}`);
    return this.#replica.alias(name);
  }

  principal(arn: string): Principal | undefined {
    this.reads.push(`principal:${arn}`);
    return this.#replica.principal(arn);
  }

  credential(accessKeyId: string): CredentialRecord | undefined {
    this.reads.push(`credential:${accessKeyId}`);
    return this.#replica.credential(accessKeyId);
  }

  /** Ids of all keys, sorted. */
  keyIds(): readonly string[] {
    return this.#replica.keyIds();
  }

  /** Names of all aliases, sorted. */
  aliasNames(): readonly string[] {
    return this.#replica.aliasNames();
  }

  /** For listings: reads without remembering. */
  peekKey(id: string): Key | undefined {
    return this.#replica.key(id);
  }

  peekAlias(name: string): AliasRecord | undefined {
    return this.#replica.alias(name);
  }

  principals(): Iterable<Principal> {
    return this.#replica.principals();
  }

  credentials(): Iterable<CredentialRecord> {
    return this.#replica.credentials();
  }
}

function assign<Value>(map: Map<string, Value>, name: string, value: Value | null): void {
  if (value === null) map.delete(name);
  else map.set(name, value);
}

/** How the member of a key's record begins that says when its deletion is due; most keys have none. */
const DELETION = '"deletionAtMs":';

function deletionOf(record: string | null): number | null {
  if (record?.includes(DELETION) !== true) return null;
  return parseKeyRecord(record).deletionAtMs ?? null;
}
