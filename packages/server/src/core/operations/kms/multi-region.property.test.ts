import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { place, RegionBench } from './regions.test-fixture.ts';

const REGIONS = [place.region, 'eu-west-1', 'us-east-2'] as const;
const DAY_MS = 86_400_000;

/** A key of a set, as it ought to be: the slow and obvious way. */
interface Model {
  enabled: boolean;
  /** Days that were asked for; absent unless it is to be deleted. */
  window?: number | undefined;
  dueMs?: number | undefined;
}

/** A set of keys of one id, and which of them is the primary one. */
class ModelSet {
  primary: string;
  readonly keys = new Map<string, Model>();

  constructor(primary: string) {
    this.primary = primary;
    this.keys.set(primary, { enabled: true });
  }

  get replicas(): readonly string[] {
    return [...this.keys.keys()].filter((region) => region !== this.primary).sort();
  }

  state(region: string): string {
    const key = this.keys.get(region);
    if (key === undefined) return 'none';
    if (key.dueMs !== undefined) return 'PendingDeletion';
    if (key.window !== undefined) return 'PendingReplicaDeletion';
    return key.enabled ? 'Enabled' : 'Disabled';
  }

  /** Whether an act succeeds; if so, it is done. */
  act(name: string, region: string, to: string, days: number, nowMs: number): boolean {
    const key = this.keys.get(region);
    if (key === undefined) return false;
    const state = this.state(region);
    const isPending = state.startsWith('Pending');
    switch (name) {
      case 'EnableKey':
      case 'DisableKey':
        if (isPending) return false;
        key.enabled = name === 'EnableKey';
        return true;
      case 'ScheduleKeyDeletion':
        if (isPending) return false;
        key.enabled = false;
        key.window = days;
        key.dueMs = region === this.primary && this.replicas.length > 0 ? undefined : nowMs + days * DAY_MS;
        return true;
      case 'CancelKeyDeletion':
        if (!isPending) return false;
        key.window = undefined;
        key.dueMs = undefined;
        return true;
      case 'ReplicateKey':
        if (state !== 'Enabled' || region !== this.primary || this.keys.has(to)) return false;
        this.keys.set(to, { enabled: true });
        return true;
      case 'UpdatePrimaryRegion':
        if (region !== this.primary || to === region) return false;
        if (state !== 'Enabled' || this.state(to) !== 'Enabled') return false;
        this.primary = to;
        return true;
      default:
        // Uses of the key.
        return state === 'Enabled';
    }
  }

  /** Destroys what is due, replicas first, as often as that makes something else due. */
  destroyDue(nowMs: number): readonly string[] {
    const due = [...this.keys].filter(([, { dueMs }]) => dueMs !== undefined && dueMs <= nowMs);
    for (const [region] of due) this.keys.delete(region);
    const primary = this.keys.get(this.primary);
    const waits = primary?.window !== undefined && primary.dueMs === undefined;
    if (primary !== undefined && waits && this.replicas.length === 0) {
      primary.dueMs = nowMs + (primary.window ?? 0) * DAY_MS;
    }
    return due.map(([region]) => region);
  }
}

const NAMES = [
  'EnableKey',
  'DisableKey',
  'ScheduleKeyDeletion',
  'CancelKeyDeletion',
  'ReplicateKey',
  'ReplicateKey',
  'UpdatePrimaryRegion',
  'Encrypt',
] as const;
const acts = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    region: fc.constantFrom(...REGIONS),
    to: fc.constantFrom(...REGIONS),
    days: fc.integer({ min: 7, max: 30 }),
    passed: fc.constantFrom(0, 0, 0, 3, 10, 31),
  }),
  { maxLength: 25 },
);

const nameIn = (keyId: string, region: string): string =>
  region === place.region ? keyId : `${keyId}@${region}`;

async function compare(scene: RegionBench, keyId: string, model: ModelSet): Promise<void> {
  const arnIn = (region: string): string => `arn:aws:kms:${region}:${place.account}:key/${keyId}`;
  for (const region of REGIONS) {
    const key = model.keys.get(region);
    if (key === undefined) {
      assert.equal((await scene.refused(region, 'DescribeKey', { keyId }))[0], 'NotFound');
      continue;
    }
    const metadata = await scene.metadata(region, keyId);
    assert.equal(metadata['keyState'], model.state(region), region);
    assert.equal(metadata['deletionDate'], key.dueMs);
    assert.deepEqual(metadata['multiRegionConfiguration'], {
      multiRegionKeyType: region === model.primary ? 'PRIMARY' : 'REPLICA',
      primaryKey: { arn: arnIn(model.primary), region: model.primary },
      replicaKeys: model.replicas.map((replica) => ({ arn: arnIn(replica), region: replica })),
    });
  }
}

test('whatever is done to keys of one id, every Region tells the same of them, and what a slow model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...REGIONS), acts, async (first, done) => {
      const scene = new RegionBench(openMemoryStore(), REGIONS);
      const keyId = await scene.newKey(first);
      const model = new ModelSet(first);
      const ciphertexts: unknown[] = [];
      for (const { days, name, passed, region, to } of done) {
        scene.bench.nowMs += passed * DAY_MS;
        for (const gone of model.destroyDue(scene.bench.nowMs)) await scene.destroy(nameIn(keyId, gone));
        const performed = await scene.perform(region, name, {
          keyId,
          pendingWindowInDays: days,
          plaintext: new Uint8Array(1),
          primaryRegion: to,
          replicaRegion: to,
        });
        const expected = model.act(name, region, to, days, scene.bench.nowMs);
        assert.equal(performed.kind === 'released', expected, `${name} in ${region}`);
        if (performed.kind === 'released' && name === 'Encrypt') {
          ciphertexts.push(performed.result['ciphertextBlob']);
        }
        await compare(scene, keyId, model);
      }
      for (const region of REGIONS.filter((one) => model.state(one) === 'Enabled')) {
        for (const ciphertextBlob of ciphertexts) await scene.run(region, 'Decrypt', { ciphertextBlob });
      }
    }),
    { numRuns: 60 },
  );
});
