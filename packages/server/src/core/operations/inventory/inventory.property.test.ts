import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KeyNeed } from '@keywitness/api';
import fc from 'fast-check';
import { type KeyMaterialRecord, type KeyRecord, keyState, parseKeyName } from '../../keys/index.ts';
import { Replica } from '../replica.ts';
import { type InventoryQuery, KeyInventory } from './key-inventory.ts';

const NOW_MS = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const HOME = 'eu-central-1';
const REGIONS = [HOME, 'eu-west-1', 'us-east-2'] as const;
const ACCOUNTS = ['111122223333', '444455556666'] as const;
const place = { account: ACCOUNTS[0], region: HOME, regions: REGIONS } as const;

/** A key as it is stored, with its aliases: what the slow and obvious way looks at. */
interface Stored {
  readonly record: KeyRecord;
  readonly aliases: readonly string[];
}

const daysAgo = fc.integer({ min: -400, max: 800 }).map((days) => NOW_MS - days * DAY_MS);
const word = fc.constantFrom('Payments', 'billing', 'PII', 'über', 'x', '');

const material: fc.Arbitrary<KeyMaterialRecord> = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c'),
    sealed: fc.constant('AAAA'),
    createdAtMs: daysAgo,
    state: fc.constantFrom('CURRENT', 'NON_CURRENT', 'PENDING_ROTATION'),
    expiresAtMs: fc.oneof(daysAgo, fc.constant(NOW_MS + 20 * DAY_MS)),
    imported: fc.constantFrom('IMPORTED', 'PENDING_IMPORT'),
    rotatedAtMs: daysAgo,
  },
  { requiredKeys: ['id', 'sealed', 'createdAtMs'] },
);

const members = fc.record(
  {
    createdAtMs: daysAgo,
    description: word,
    spec: fc.constantFrom('SYMMETRIC_DEFAULT', 'SYMMETRIC_DEFAULT', 'RSA_2048', 'HMAC_256'),
    usage: fc.constantFrom('ENCRYPT_DECRYPT', 'SIGN_VERIFY'),
    origin: fc.constantFrom('AWS_KMS', 'AWS_KMS', 'EXTERNAL'),
    enabled: fc.boolean(),
    tags: fc.array(fc.record({ key: fc.constantFrom('Team', 'env'), value: word }), { maxLength: 1 }),
    materials: fc.array(material, { maxLength: 2 }),
    rotation: fc.record({ periodDays: fc.constantFrom(90, 2560), nextAtMs: daysAgo }),
    multiRegion: fc.record({
      primaryRegion: fc.constantFrom(...REGIONS),
      replicaRegions: fc.constant(REGIONS.slice(1)),
    }),
  },
  {
    requiredKeys: ['createdAtMs', 'description', 'spec', 'usage', 'origin', 'enabled', 'tags', 'materials'],
  },
);

/** States that hide the others are rare. */
const hiding = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ heldIn: fc.constantFrom('Creating', 'Updating') }) },
  { weight: 1, arbitrary: fc.record({ deletionAtMs: daysAgo }) },
  { weight: 1, arbitrary: fc.record({ deletionWindowDays: fc.constant(7) }) },
);

const key: fc.Arbitrary<Stored> = fc
  .tuple(
    fc.tuple(members, hiding).map(([own, more]) => ({ ...own, ...more })),
    fc.constantFrom(...ACCOUNTS),
    fc.constantFrom(...REGIONS),
    fc.integer({ min: 0, max: 12 }),
    fc.subarray(['alias/Main', 'alias/old', 'alias/pay']),
  )
  .map(([own, account, region, number, aliases]) => {
    const id = `0000000${number.toString(16)}-0000-4000-8000-000000000000`;
    const arn = `arn:aws:kms:${region}:${account}:key/${id}`;
    const record = {
      id,
      arn,
      account,
      policy: '{}',
      ...own,
      ...(region === HOME ? {} : { region }),
    };
    return { record, aliases };
  });

const keys = fc.array(key, { minLength: 4, maxLength: 24 });

const condition: fc.Arbitrary<Partial<InventoryQuery>> = fc.oneof(
  fc.constantFrom<KeyNeed>('rotation', 'deletion', 'unused', 'import').map((needs) => ({ needs })),
  fc
    .constantFrom('pay', 'TEAM=', 'ÜBER', 'alias/o', '0000000a', 'arn:aws:kms:eu-west-1', 'gone')
    .map((text) => ({ text })),
  fc
    .constantFrom('Enabled', 'Disabled', 'PendingDeletion', 'PendingImport', 'Creating')
    .map((state) => ({ state })),
  fc.constantFrom('SYMMETRIC_DEFAULT', 'RSA_2048').map((spec) => ({ spec })),
  fc.constant({ usage: 'ENCRYPT_DECRYPT' }),
  fc.constantFrom('AWS_KMS', 'EXTERNAL').map((origin) => ({ origin })),
  fc.boolean().map((multiRegion) => ({ multiRegion })),
  fc.subarray([...REGIONS], { minLength: 1 }).map((regions) => ({ regions })),
);

/** With few conditions, so that there is something to find. */
const query: fc.Arbitrary<InventoryQuery> = fc
  .tuple(
    fc.constantFrom(...ACCOUNTS),
    fc.constantFrom(1, 90, 365),
    fc.array(condition, { minLength: 1, maxLength: 2 }),
  )
  .map(([account, unusedDays, conditions]) =>
    conditions.reduce<InventoryQuery>((all, one) => ({ ...all, ...one }), {
      account,
      regions: REGIONS,
      unusedDays,
      nowMs: NOW_MS,
    }),
  );

function nameOf({ id, region }: KeyRecord): string {
  return region === undefined ? id : `${id}@${region}`;
}

/** The slow and obvious way: looks at every record as a whole, in words of the specification. */
function naive(all: ReadonlyMap<string, Stored>, asked: InventoryQuery): readonly string[] {
  return [...all.keys()].sort().filter((name) => {
    const stored = all.get(name);
    return stored !== undefined && fits(stored, asked) && (asked.after === undefined || name > asked.after);
  });
}

function fits({ aliases, record }: Stored, asked: InventoryQuery): boolean {
  const tags = record.tags.map((tag) => `${tag.key}=${tag.value}`);
  const texts = [record.arn, record.description, ...tags, ...aliases].map((text) => text.toLowerCase());
  const is = (wanted: unknown, value: unknown): boolean => wanted === undefined || wanted === value;
  return (
    !(record.deletionAtMs !== undefined && record.deletionAtMs <= NOW_MS) &&
    record.account === asked.account &&
    asked.regions.includes(record.region ?? HOME) &&
    is(asked.state, keyState(record, NOW_MS)) &&
    is(asked.spec, record.spec) &&
    is(asked.usage, record.usage) &&
    is(asked.origin, record.origin) &&
    is(asked.multiRegion, record.multiRegion !== undefined) &&
    (asked.text === undefined || texts.some((text) => text.includes(asked.text?.toLowerCase() ?? ''))) &&
    (asked.needs === undefined || wants(record, asked.needs, asked.unusedDays))
  );
}

function wants(record: KeyRecord, need: KeyNeed, unusedDays: number): boolean {
  const state = keyState(record, NOW_MS);
  const isOlder = (ms: number, days: number): boolean => (NOW_MS - ms) / DAY_MS > days;
  switch (need) {
    case 'deletion':
      return state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
    case 'unused':
      return state === 'Enabled' && isOlder(record.createdAtMs, unusedDays);
    case 'import': {
      const ends = record.materials.flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
      const isSoon = ends.some((end) => (end - NOW_MS) / DAY_MS < 30);
      return state === 'PendingImport' || (isSoon && (state === 'Enabled' || state === 'Disabled'));
    }
    case 'rotation': {
      const { multiRegion, origin, region = HOME, spec } = record;
      const isReplica = multiRegion !== undefined && multiRegion.primaryRegion !== region;
      const isRotatable = spec === 'SYMMETRIC_DEFAULT' && origin === 'AWS_KMS' && !isReplica;
      if (!isRotatable || state !== 'Enabled') return false;
      if (record.rotation === undefined) return true;
      const current = record.materials.findLast((one) => one.state === undefined || one.state === 'CURRENT');
      const sinceMs = current?.rotatedAtMs ?? record.createdAtMs;
      return isOlder(sinceMs, record.rotation.periodDays + 1) || isOlder(sinceMs, 366);
    }
  }
}

/** Changes of the state that put keys, with their aliases, where others were before. */
function put(replica: Replica, all: Map<string, Stored>, added: readonly Stored[]): void {
  for (const stored of added) {
    const { account, arn, id, region } = stored.record;
    const name = nameOf(stored.record);
    // One name is one key: of which account it is never changes.
    if ((all.get(name)?.record.account ?? account) !== account) continue;
    const at = region === undefined ? '' : `@${region}`;
    const changes = ['alias/Main', 'alias/old', 'alias/pay'].map((alias) => {
      const unique = `${alias}-${id}`;
      const record = { name: unique, arn, targetKeyId: id, createdAtMs: 0, updatedAtMs: 0, region };
      const text = stored.aliases.includes(alias) ? JSON.stringify(record) : null;
      return { subject: `alias:${account}/${unique}${at}`, record: text, revision: 1 };
    });
    replica.apply([
      { subject: `key:${name}`, record: JSON.stringify(stored.record), revision: 1 },
      ...changes,
    ]);
    all.set(name, { ...stored, aliases: stored.aliases.map((alias) => `${alias}-${id}`) });
  }
}

describe('the inventory of keys', () => {
  test('finds what looking at every record finds, also once keys have changed and gone', () => {
    fc.assert(
      fc.property(keys, keys, fc.array(query, { minLength: 4, maxLength: 8 }), (first, second, queries) => {
        const replica = new Replica();
        const inventory = new KeyInventory(replica, place);
        const all = new Map<string, Stored>();
        const compare = (): void => {
          for (const asked of queries) {
            const found = [...inventory.names(asked)].filter((name) => name !== undefined);
            assert.deepEqual(found, naive(all, asked), JSON.stringify(asked));
            const half = found[Math.floor(found.length / 2)];
            const rest = [...inventory.names({ ...asked, after: half })].filter((name) => name !== undefined);
            assert.deepEqual(rest, naive(all, { ...asked, after: half }));
            for (const name of found) {
              const summary = inventory.summary(name, asked);
              assert.equal(summary?.arn, all.get(name)?.record.arn);
              assert.equal(inventory.arnOf(asked.account, name), summary?.arn);
              if (asked.needs !== undefined) assert.ok(summary?.needs.includes(asked.needs));
            }
          }
        };
        put(replica, all, first);
        compare();
        put(replica, all, second);
        const gone = [...all.keys()].filter((_, position) => position % 3 === 0);
        replica.apply(gone.map((name) => ({ subject: `key:${name}`, record: null, revision: 2 })));
        for (const name of gone) all.delete(name);
        compare();
      }),
    );
  });

  test('tells a key as it is, and no more than there is to tell', () => {
    const replica = new Replica();
    const inventory = new KeyInventory(replica, place);
    const id = '00000001-0000-4000-8000-000000000000';
    const record: KeyRecord = {
      id,
      arn: `arn:aws:kms:${HOME}:${ACCOUNTS[0]}:key/${id}`,
      account: ACCOUNTS[0],
      createdAtMs: NOW_MS - 400 * DAY_MS,
      description: 'Cards',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      enabled: true,
      policy: '{}',
      tags: [{ key: 'constructor', value: 'x' }],
      materials: [
        { id: 'a', sealed: 'AAAA', createdAtMs: 0, rotatedAtMs: NOW_MS - DAY_MS, state: 'CURRENT' },
      ],
      rotation: { periodDays: 365, nextAtMs: NOW_MS + 364 * DAY_MS },
    };
    put(replica, new Map(), [{ record, aliases: ['alias/pay', 'alias/Main'] }]);
    assert.deepEqual(inventory.summary(parseKeyName(id), { nowMs: NOW_MS, unusedDays: 90 }), {
      keyId: id,
      arn: record.arn,
      region: HOME,
      description: 'Cards',
      state: 'Enabled',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      multiRegion: false,
      aliases: [`alias/Main-${id}`, `alias/pay-${id}`],
      tags: { constructor: 'x' },
      createdAt: '2028-11-27T00:00:00.000Z',
      rotationEnabled: true,
      rotationPeriodDays: 365,
      nextRotationAt: '2030-12-31T00:00:00.000Z',
      lastRotatedAt: '2029-12-31T00:00:00.000Z',
      needs: ['unused'],
    });
    assert.equal(inventory.summary(parseKeyName('none'), { nowMs: NOW_MS, unusedDays: 90 }), undefined);
  });
});
