import type { KeyNeed, KeySummary } from '@keywitness/api';
import {
  isDeleted,
  type KeyName,
  type KeyRecord,
  keyState,
  multiRegionType,
  parseKeyRecord,
  regionOfKey,
} from '../../keys/index.ts';
import { firstAfter } from '../kms/index.ts';
import { firstExpiryMs, type KeyFacts, lastRotationMs, stateOf } from '../key-facts.ts';
import { type Place, regionsOf, splitRegion, storedRegion } from '../regions.ts';
import type { Replica } from '../replica.ts';
import { mayBeUnused, needsOf } from './key-needs.ts';

/** Which keys are asked for; all that is given must hold. */
export interface InventoryQuery {
  /** The account that the keys are of. */
  readonly account: string;
  /** The Regions that they are in. */
  readonly regions: readonly string[];
  readonly state?: string | undefined;
  readonly spec?: string | undefined;
  readonly usage?: string | undefined;
  readonly origin?: string | undefined;
  readonly multiRegion?: boolean | undefined;
  /** Part of the ARN, an alias, the description, or a tag as `key=value`, in whatever case. */
  readonly text?: string | undefined;
  /** Of `unused` keys, those that may be: whether anybody uses them is on the record. */
  readonly needs?: KeyNeed | undefined;
  readonly unusedDays: number;
  /** Only keys that come after this one, by what it is stored under. */
  readonly after?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A key as lists show it, without what is on the record alone: one that may be `unused` is said to be. */
export type KeyRow = Omit<KeySummary, 'lastUsedAt'>;

/** Keys between two pauses. */
const STEP = 16;

/** The keys of a state, as people look through them. */
export class KeyInventory {
  readonly #replica: Replica;
  readonly #place: Place;

  constructor(replica: Replica, place: Place) {
    this.#replica = replica;
    this.#place = place;
  }

  /** What matching keys are stored under, in order of that; `undefined` every now and then, where a pause is welcome. */
  *names(query: InventoryQuery): Generator<KeyName | undefined, undefined> {
    const text = query.text?.toLowerCase();
    const lists = query.regions.map((region) =>
      this.#replica.keyNames.of(query.account, storedRegion(this.#place, region)),
    );
    let count = 0;
    for (const name of inOrder(lists, query.after)) {
      if (this.#fits(name, { ...query, text })) yield name;
      count += 1;
      if (count % STEP === 0) yield undefined;
    }
  }

  /** The ARN of a key, by what it is stored under. */
  arnOf(account: string, name: KeyName): string {
    const { name: id, region = regionsOf(this.#place)[0] ?? this.#place.region } = splitRegion(name);
    return `arn:aws:kms:${region}:${account}:key/${id}`;
  }

  /** A key, by what it is stored under; `undefined` when it is gone. */
  summary(name: KeyName, asked: Pick<InventoryQuery, 'nowMs' | 'unusedDays'>): KeyRow | undefined {
    const { nowMs, unusedDays } = asked;
    const { aliasNames, keyFacts, keys } = this.#replica;
    const text = keys.text(name);
    const facts = keyFacts.of(name);
    if (text === undefined || facts === undefined) return undefined;
    const record = parseKeyRecord(text);
    if (isDeleted(record, nowMs)) return undefined;
    const aliases = [...aliasNames.ofKey(name)].sort();
    const unused: readonly KeyNeed[] = mayBeUnused(facts, nowMs, unusedDays) ? ['unused'] : [];
    return { ...summaryOf(record, nowMs), aliases, needs: [...needsOf(facts, nowMs), ...unused] };
  }

  #fits(name: KeyName, query: InventoryQuery): boolean {
    const facts = this.#replica.keyFacts.of(name);
    if (facts === undefined || (facts.ends?.deletionAtMs ?? Infinity) <= query.nowMs) return false;
    return (
      isOfKind(facts, query) &&
      (query.needs === undefined || hasNeed(facts, query.needs, query)) &&
      (query.text === undefined || this.#holdsText(name, facts, query.account, query.text))
    );
  }

  #holdsText(name: KeyName, facts: KeyFacts, account: string, text: string): boolean {
    return (
      facts.text.includes(text) ||
      this.arnOf(account, name).includes(text) ||
      this.#replica.aliasNames.ofKey(name).some((alias) => alias.toLowerCase().includes(text))
    );
  }
}

function isOfKind(facts: KeyFacts, query: InventoryQuery): boolean {
  const { multiRegion, origin, spec, usage } = facts.kind;
  return (
    (query.state === undefined || stateOf(facts, query.nowMs) === query.state) &&
    (query.spec === undefined || spec === query.spec) &&
    (query.usage === undefined || usage === query.usage) &&
    (query.origin === undefined || origin === query.origin) &&
    (query.multiRegion === undefined || (multiRegion !== undefined) === query.multiRegion)
  );
}

function hasNeed(facts: KeyFacts, need: KeyNeed, { nowMs, unusedDays }: InventoryQuery): boolean {
  return need === 'unused' ? mayBeUnused(facts, nowMs, unusedDays) : needsOf(facts, nowMs).includes(need);
}

/** The names of several sorted lists in one order. */
function* inOrder(lists: readonly (readonly KeyName[])[], after: string | undefined): Generator<KeyName> {
  const heads = lists.map((names) => ({ names, at: after === undefined ? 0 : firstAfter(names, after) }));
  for (;;) {
    let least: { readonly head: (typeof heads)[number]; readonly name: KeyName } | undefined;
    for (const head of heads) {
      const name = head.names[head.at];
      if (name !== undefined && (least === undefined || name < least.name)) least = { head, name };
    }
    if (least === undefined) return;
    yield least.name;
    least.head.at += 1;
  }
}

function summaryOf(record: KeyRecord, nowMs: number): Omit<KeyRow, 'aliases' | 'needs'> {
  const { deletionAtMs, rotation } = record;
  const type = multiRegionType(record);
  const rotatedAtMs = lastRotationMs(record);
  const expiryMs = firstExpiryMs(record);
  return {
    keyId: record.id,
    arn: record.arn,
    region: regionOfKey(record),
    description: record.description,
    state: keyState(record, nowMs),
    spec: record.spec,
    usage: record.usage,
    origin: record.origin,
    multiRegion: type !== undefined,
    ...(type === undefined ? {} : { multiRegionType: type }),
    tags: Object.fromEntries(record.tags.map(({ key, value }) => [key, value])),
    createdAt: instant(record.createdAtMs),
    rotationEnabled: rotation !== undefined,
    ...(rotation === undefined ? {} : { rotationPeriodDays: rotation.periodDays }),
    ...(rotation === undefined ? {} : { nextRotationAt: instant(rotation.nextAtMs) }),
    ...(rotatedAtMs === undefined ? {} : { lastRotatedAt: instant(rotatedAtMs) }),
    ...(deletionAtMs === undefined ? {} : { deletionAt: instant(deletionAtMs) }),
    ...(expiryMs === Infinity ? {} : { materialExpiresAt: instant(expiryMs) }),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
