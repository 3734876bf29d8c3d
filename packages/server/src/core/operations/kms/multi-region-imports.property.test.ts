import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sweepKeys } from './import.test-fixture.ts';
import { ModelSet } from './multi-region-imports.test-model.ts';
import { place, RegionBench } from './regions.test-fixture.ts';

const REGIONS = [place.region, 'eu-west-1', 'us-east-2'] as const;
const DAY_MS = 86_400_000;
const DELETION_DAYS = 7;
const KINDS_OF_MATERIAL = 4;
const SAID = ['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL', undefined] as const;

/** A Region by its place: 0 is the primary key's, the others follow. */
type Place = 0 | 1 | 2;

/** What a test does to a key of imported material; `nth` names one of a few materials. */
type Step =
  | { readonly kind: 'sweep' | 'wait' }
  | { readonly kind: 'deleteReplica' | 'encrypt' | 'rotate'; readonly at: Place }
  | { readonly kind: 'replicate' | 'updatePrimary'; readonly at: Place; readonly to: Place }
  | { readonly kind: 'delete'; readonly at: Place; readonly nth: number }
  | {
      readonly kind: 'import';
      readonly at: Place;
      readonly nth: number;
      readonly said: (typeof SAID)[number];
      readonly days: number | undefined;
    };

const PLACES = [0, 1, 2] as const;
const at = fc.constantFrom(...PLACES);
/** Most acts are for the primary key. */
const mostly = fc.constantFrom(0, 0, 0, 1, 2);
const nth = fc.nat(KINDS_OF_MATERIAL - 1);
const days = fc.constantFrom(undefined, undefined, undefined, 1, 9);
const said = fc.constantFrom(...SAID);
/** One material, imported wherever the key is. */
const everywhere = fc.record({ nth, days }).map((material) =>
  PLACES.map((where): Step => {
    const importType = where === 0 ? 'NEW_KEY_MATERIAL' : 'EXISTING_KEY_MATERIAL';
    return { kind: 'import', at: where, said: importType, ...material };
  }),
);
const single: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('sweep', 'wait') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('encrypt'), at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rotate'), at: mostly }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteReplica'), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replicate'), at: mostly, to: at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('updatePrimary'), at: mostly, to: at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), at, nth }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('import'), at, nth, said, days }) },
);
const first: Step = { kind: 'import', at: 0, nth: 0, said: undefined, days: undefined };
/** Most keys begin in several Regions, with a material in use there. */
const begun = fc.constantFrom<readonly Step[]>(
  [],
  [first, { kind: 'replicate', at: 0, to: 1 }, { ...first, at: 1 }],
  [
    first,
    { kind: 'replicate', at: 0, to: 1 },
    { kind: 'replicate', at: 0, to: 2 },
    { ...first, at: 1 },
    { ...first, at: 2 },
  ],
);
const further = fc.array(
  fc.oneof({ weight: 1, arbitrary: everywhere }, { weight: 4, arbitrary: single.map((step) => [step]) }),
  { maxLength: 20, size: 'max' },
);
const steps = fc.tuple(begun, further).map(([before, after]) => [...before, ...after.flat()]);

/** Keys of one id whose material is imported, beside their model, and what was encrypted with them on the way. */
class Subject {
  readonly scene: RegionBench;
  readonly keyId: string;
  readonly model: ModelSet;
  readonly #ids = new Map<number, string>();
  readonly #ciphertexts: { readonly blob: unknown; readonly nth: number }[] = [];
  readonly #startMs: number;

  private constructor(scene: RegionBench, keyId: string, home: string) {
    this.scene = scene;
    this.keyId = keyId;
    this.model = new ModelSet(home);
    this.#startMs = scene.bench.nowMs;
  }

  static async make(home: string): Promise<Subject> {
    const scene = new RegionBench(openMemoryStore(), REGIONS);
    return new Subject(scene, await scene.newKey(home, { origin: 'EXTERNAL' }), home);
  }

  async take(step: Step): Promise<void> {
    const { keyId, model } = this;
    switch (step.kind) {
      case 'wait':
        this.#pass(1);
        return;
      case 'sweep':
        model.sweep();
        return sweepKeys(this.scene.bench);
      case 'rotate':
        return this.#expect(
          this.#region(step.at),
          'RotateKeyOnDemand',
          { keyId },
          model.rotate(this.#region(step.at)),
        );
      case 'replicate':
        return this.#expect(
          this.#region(step.at),
          'ReplicateKey',
          { keyId, replicaRegion: this.#region(step.to) },
          model.replicate(this.#region(step.at), this.#region(step.to)),
        );
      case 'updatePrimary':
        return this.#expect(
          this.#region(step.at),
          'UpdatePrimaryRegion',
          { keyId, primaryRegion: this.#region(step.to) },
          model.updatePrimary(this.#region(step.at), this.#region(step.to)),
        );
      case 'deleteReplica':
        return this.#deleteReplica(this.#region(step.at));
      case 'delete': {
        const keyMaterialId = this.#ids.get(step.nth) ?? '0'.repeat(64);
        const expected = model.remove(this.#region(step.at), step.nth);
        return this.#expect(
          this.#region(step.at),
          'DeleteImportedKeyMaterial',
          { keyId, keyMaterialId },
          expected,
        );
      }
      case 'import':
        return this.#import(step);
      case 'encrypt':
        return this.#encrypt(this.#region(step.at));
    }
  }

  /** Every Region tells the same of the materials, and what the model says; ciphertexts open where it says. */
  async check(): Promise<void> {
    for (const region of REGIONS) {
      if (this.model.has(region)) {
        await this.#checkRegion(region);
        continue;
      }
      const [code] = await this.scene.refused(region, 'DescribeKey', { keyId: this.keyId });
      assert.equal(code, 'NotFound', region);
    }
    this.#checkBytes();
    await this.#checkCiphertexts();
  }

  async #checkRegion(region: string): Promise<void> {
    const { keyId, model, scene } = this;
    const { keyState } = await scene.metadata(region, keyId);
    assert.equal(keyState, model.isUsable(region) ? 'Enabled' : 'PendingImport', region);
    const entries = await scene.materials(region, keyId);
    assert.deepEqual(
      entries.map((entry) => [entry['keyMaterialId'], entry['keyMaterialState'], entry['importState']]),
      model.materials.map((material) => [
        this.#ids.get(material.nth),
        material.state,
        model.isStored(region, material.nth) ? 'IMPORTED' : 'PENDING_IMPORT',
      ]),
      region,
    );
    const ofPrimary = await scene.materials(model.primary, keyId);
    for (const member of ['rotationDate', 'rotationType']) {
      assert.deepEqual(
        entries.map((entry) => entry[member]),
        ofPrimary.map((entry) => entry[member]),
      );
    }
    if (keyState !== 'Enabled') return;
    const status = await scene.run(region, 'GetKeyRotationStatus', { keyId });
    assert.equal(status['onDemandRotationStartDate'] !== undefined, model.isRotating, region);
  }

  /** What is not in a Region is in no record of it. */
  #checkBytes(): void {
    for (const one of REGIONS.filter((other) => this.model.has(other))) {
      const name = one === place.region ? this.keyId : `${this.keyId}@${one}`;
      const stored = this.scene.bench.replica.keys.get(name)?.record.materials ?? [];
      for (const [index, { nth: which }] of this.model.materials.entries()) {
        assert.equal(stored[index]?.sealed !== '', this.model.isStored(one, which));
      }
    }
  }

  async #checkCiphertexts(): Promise<void> {
    for (const { blob: ciphertextBlob, nth: which } of this.#ciphertexts) {
      for (const one of REGIONS) {
        const performed = await this.scene.perform(one, 'Decrypt', { ciphertextBlob });
        const opens = performed.kind === 'released';
        assert.equal(opens, this.model.has(one) && this.model.isUsable(one), one);
        if (opens) assert.ok(this.model.isHere(one, which));
      }
    }
  }

  async #encrypt(one: string): Promise<void> {
    const params = { keyId: this.keyId, plaintext: new Uint8Array(1) };
    const performed = await this.scene.perform(one, 'Encrypt', params);
    assert.equal(performed.kind === 'released', this.model.has(one) && this.model.isUsable(one));
    if (performed.kind === 'refused') return;
    const current = this.model.materials.find(({ state }) => state === 'CURRENT');
    this.#ciphertexts.push({ blob: performed.result['ciphertextBlob'], nth: current?.nth ?? -1 });
  }

  async #import(step: Step & { readonly kind: 'import' }): Promise<void> {
    const { nth: which, said: importType } = step;
    const one = this.#region(step.at);
    const endDay = step.days === undefined ? undefined : this.model.day + step.days;
    const expected = this.model.import(one, which, importType, endDay);
    // There is no token for a key that is not there.
    if (!this.model.has(one)) return;
    const expiry =
      endDay === undefined
        ? {}
        : { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: this.#startMs + endDay * DAY_MS };
    const more = { importType, ...expiry };
    const request = await this.scene.importRequest(one, this.keyId, which + 1, more);
    const performed = await this.scene.perform(one, 'ImportKeyMaterial', request);
    assert.equal(performed.kind === 'released', expected, `import in ${one}`);
    if (performed.kind === 'released') this.#ids.set(which, String(performed.result['keyMaterialId']));
  }

  async #deleteReplica(one: string): Promise<void> {
    const { keyId, model, scene } = this;
    if (!model.has(one) || one === model.primary) return;
    await scene.run(one, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: DELETION_DAYS });
    this.#pass(DELETION_DAYS);
    await scene.destroy(one === place.region ? keyId : `${keyId}@${one}`);
    model.deleteReplica(one);
  }

  #region(where: Place): string {
    const others = REGIONS.filter((region) => region !== this.model.primary);
    return [this.model.primary, ...others][where] ?? '';
  }

  #pass(passed: number): void {
    this.model.day += passed;
    this.scene.bench.nowMs = this.#startMs + this.model.day * DAY_MS;
  }

  async #expect(one: string, name: string, params: object, expected: boolean): Promise<void> {
    const performed = await this.scene.perform(one, name, params);
    assert.equal(performed.kind === 'released', expected, `${name} in ${one}`);
  }
}

test('whatever is done to imported material in several Regions, they agree, and with a plain model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...REGIONS), steps, async (home, taken) => {
      const subject = await Subject.make(home);
      for (const step of taken) {
        await subject.take(step);
        await subject.check();
      }
    }),
    { numRuns: 40 },
  );
});
