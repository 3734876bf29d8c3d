import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { Keyring, KeyringError } from '../../keys/index.ts';
import { takeSecretKey } from '../../crypto/index.ts';
import { importInto, sweepKeys, wrappedMaterial } from './import.test-fixture.ts';
import { bytesOf, KindBench } from './key-kinds.test-fixture.ts';

const DAY_MS = 86_400_000;
const KINDS_OF_MATERIAL = 4;
const SYMMETRIC = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' } as const;

/** What a test does to a key of its own material, or of imported material; `nth` names one of a few. */
type Step =
  | { readonly kind: 'encrypt' | 'rotate' | 'sweep' | 'wait' | 'toggle' }
  | { readonly kind: 'import'; readonly nth: number; readonly isNew: boolean; readonly expires: boolean }
  | { readonly kind: 'delete'; readonly nth: number };

/** The plainest model of imported material: what it is, whether it is there, and what it is to the key. */
interface ModelMaterial {
  readonly nth: number;
  state: 'CURRENT' | 'NON_CURRENT' | 'PENDING';
  present: boolean;
  /** Days; `undefined` when it does not end. */
  endDay: number | undefined;
}

class Model {
  materials: ModelMaterial[] = [];
  enabled = true;
  rotating = false;
  day = 0;

  get isUsable(): boolean {
    const used = this.materials.filter(({ state }) => state !== 'PENDING');
    return this.enabled && used.length > 0 && used.every((one) => this.isHere(one));
  }

  /** Whether all material that the key has encrypted with is there. */
  get isWhole(): boolean {
    const used = this.materials.filter(({ state }) => state !== 'PENDING');
    return used.length > 0 && used.every((one) => this.isHere(one));
  }

  isHere({ endDay, present }: ModelMaterial): boolean {
    return present && (endDay === undefined || this.day < endDay);
  }

  get pending(): ModelMaterial | undefined {
    return this.materials.find(({ state }) => state === 'PENDING');
  }

  import(nth: number, isNew: boolean, endDay: number | undefined): boolean {
    const known = this.materials.find((one) => one.nth === nth);
    if (isNew ? known !== undefined || this.pending !== undefined : known === undefined) return false;
    if (known === undefined) {
      const state = this.materials.length === 0 ? 'CURRENT' : 'PENDING';
      this.materials.push({ nth, state, present: true, endDay });
    } else {
      known.present = true;
      known.endDay = endDay;
    }
    return true;
  }

  remove(nth: number): boolean {
    const known = this.materials.find((one) => one.nth === nth);
    if (known === undefined) return false;
    known.present = false;
    if (known.state !== 'PENDING') return true;
    this.materials = this.materials.filter((one) => one !== known);
    this.rotating = false;
    return true;
  }

  rotate(): boolean {
    const { pending } = this;
    if (!this.isUsable || this.rotating || pending === undefined || !this.isHere(pending)) return false;
    this.rotating = true;
    return true;
  }

  sweep(): void {
    for (const one of this.materials) if (one.present && !this.isHere(one)) this.remove(one.nth);
    const { pending } = this;
    if (!this.rotating || !this.isUsable || pending === undefined) return;
    for (const one of this.materials) one.state = one === pending ? 'CURRENT' : 'NON_CURRENT';
    this.rotating = false;
  }
}

const nth = fc.nat(KINDS_OF_MATERIAL - 1);
/** Half of the keys begin with a material in use and another one that waits. */
const begun: readonly Step[] = [0, 1].map((which) => ({
  kind: 'import',
  nth: which,
  isNew: true,
  expires: false,
}));
const further: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('encrypt', 'rotate', 'sweep', 'wait') }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'toggle' as const }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('import' as const),
        nth,
        isNew: fc.boolean(),
        expires: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), nth }) },
  ),
  { maxLength: 24, size: 'max' },
);

const steps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.constantFrom([], begun), further)
  .map((parts) => parts.flat());

/** A key whose material is imported, beside its model, and what was encrypted with it on the way. */
class Subject {
  readonly kinds: KindBench;
  readonly model = new Model();
  readonly ciphertexts: { readonly blob: Buffer; readonly plaintext: Buffer }[] = [];
  readonly keyId: string;
  readonly #ids = new Map<number, string>();
  readonly #startMs: number;

  private constructor(kinds: KindBench, keyId: string) {
    this.kinds = kinds;
    this.keyId = keyId;
    this.#startMs = kinds.bench.nowMs;
  }

  static async make(): Promise<Subject> {
    const kinds = new KindBench(openMemoryStore());
    return new Subject(kinds, await kinds.key(SYMMETRIC, { origin: 'EXTERNAL' }));
  }

  async take(step: Step): Promise<void> {
    const { keyId, kinds, model } = this;
    switch (step.kind) {
      case 'encrypt':
        return this.#encrypt();
      case 'rotate':
        return this.#expect('RotateKeyOnDemand', { keyId }, model.rotate());
      case 'sweep':
        model.sweep();
        return sweepKeys(kinds.bench);
      case 'wait':
        model.day += 1;
        kinds.bench.nowMs = this.#startMs + model.day * DAY_MS;
        return;
      case 'toggle':
        // Neither is possible while the key waits for its material.
        await this.#expect(model.enabled ? 'DisableKey' : 'EnableKey', { keyId }, model.isWhole);
        if (model.isWhole) model.enabled = !model.enabled;
        return;
      case 'import':
        return this.#import(step);
      case 'delete': {
        const keyMaterialId = this.#ids.get(step.nth) ?? '0'.repeat(64);
        return this.#expect('DeleteImportedKeyMaterial', { keyId, keyMaterialId }, model.remove(step.nth));
      }
    }
  }

  /** What was encrypted decrypts exactly while the model says so, and what is not here is in no record. */
  async check(): Promise<void> {
    const { keyId, kinds, model } = this;
    for (const { blob: ciphertextBlob, plaintext } of this.ciphertexts) {
      const performed = await kinds.bench.perform(kinds.ann, 'Decrypt', { ciphertextBlob });
      assert.equal(performed.kind === 'released', model.isUsable);
      if (performed.kind === 'released') assert.deepEqual(performed.result['plaintext'], plaintext);
    }
    const stored = kinds.bench.replica.keys.get(keyId)?.record.materials ?? [];
    assert.equal(stored.length, model.materials.length);
    for (const material of model.materials) {
      const record = stored.find(({ id }) => id === this.#ids.get(material.nth));
      assert.equal(record?.sealed !== '', material.present);
    }
  }

  async #encrypt(): Promise<void> {
    const { keyId, kinds, model } = this;
    const plaintext = Buffer.from(`text ${this.ciphertexts.length}`);
    await this.#expect('Encrypt', { keyId, plaintext }, model.isUsable);
    if (!model.isUsable) return;
    const made = await kinds.run('Encrypt', { keyId, plaintext });
    this.ciphertexts.push({ blob: bytesOf(made, 'ciphertextBlob'), plaintext });
  }

  async #import({ expires, isNew, nth: which }: Step & { readonly kind: 'import' }): Promise<void> {
    const { keyId, kinds, model } = this;
    const wrapped = await wrappedMaterial(kinds.bench, kinds.ann, keyId, Buffer.alloc(32, which + 1));
    const endDay = expires ? model.day + 1 : undefined;
    const expiry =
      endDay === undefined
        ? {}
        : { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: this.#startMs + endDay * DAY_MS };
    const importType = isNew ? 'NEW_KEY_MATERIAL' : 'EXISTING_KEY_MATERIAL';
    const params = { ...wrapped, ...expiry, importType };
    const performed = await kinds.bench.perform(kinds.ann, 'ImportKeyMaterial', params);
    assert.equal(performed.kind === 'released', model.import(which, isNew, endDay));
    if (performed.kind === 'released') this.#ids.set(which, String(performed.result['keyMaterialId']));
  }

  async #expect(name: string, params: Readonly<Record<string, unknown>>, expected: boolean): Promise<void> {
    const performed = await this.kinds.bench.perform(this.kinds.ann, name, params);
    assert.equal(performed.kind === 'released', expected, name);
  }
}

test('whatever is done to imported material, what decrypts and what is stored is what a plain model says', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const subject = await Subject.make();
      for (const step of taken) {
        await subject.take(step);
        await subject.check();
      }
    }),
    { numRuns: 40 },
  );
});

test('however a key of the service’s own material is rotated, everything decrypts, and nothing of it twice', async () => {
  const days = fc.array(fc.constantFrom('day', 'quarter', 'on demand', 'sweep', 'toggle'), {
    maxLength: 20,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(days, async (taken) => {
      const kinds = new KindBench(openMemoryStore());
      const keyId = await kinds.key(SYMMETRIC);
      await kinds.run('EnableKeyRotation', { keyId, rotationPeriodInDays: 90 });
      const ciphertexts: Buffer[] = [];
      let enabled = true;
      let begunCount = 0;
      for (const step of taken) {
        if (step === 'day') kinds.bench.nowMs += DAY_MS;
        else if (step === 'quarter') kinds.bench.nowMs += 90 * DAY_MS;
        else if (step === 'on demand') {
          const performed = await kinds.bench.perform(kinds.ann, 'RotateKeyOnDemand', { keyId });
          if (performed.kind === 'released') begunCount += 1;
        } else if (step === 'sweep') await sweepKeys(kinds.bench);
        else {
          await kinds.run(enabled ? 'DisableKey' : 'EnableKey', { keyId });
          enabled = !enabled;
        }
        if (!enabled) continue;
        const made = await kinds.run('Encrypt', { keyId, plaintext: Buffer.from('x') });
        ciphertexts.push(bytesOf(made, 'ciphertextBlob'));
      }
      if (!enabled) await kinds.run('EnableKey', { keyId });
      for (const ciphertextBlob of ciphertexts) await kinds.run('Decrypt', { ciphertextBlob });
      const materials = kinds.bench.replica.keys.get(keyId)?.record.materials ?? [];
      await sweepKeys(kinds.bench);
      const { materials: after } = { materials, ...kinds.bench.replica.keys.get(keyId)?.record };
      assert.equal(after.filter(({ rotationType }) => rotationType === 'ON_DEMAND').length, begunCount);
      assert.equal(new Set(materials.map(({ id }) => id)).size, materials.length);
      assert.equal(materials.filter(({ state }) => state === undefined || state === 'CURRENT').length, 1);
    }),
    { numRuns: 25 },
  );
});

test('the record of deleted material opens to nobody', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keyId = await kinds.key(SYMMETRIC, { origin: 'EXTERNAL' });
  await importInto(kinds.bench, kinds.ann, keyId, Buffer.alloc(32, 1));
  await kinds.run('DeleteImportedKeyMaterial', { keyId });
  const [material] = kinds.bench.replica.keys.get(keyId)?.record.materials ?? [];
  assert.ok(material !== undefined);
  const keyring = new Keyring(takeSecretKey(new Uint8Array(32).fill(7)));
  assert.throws(() => keyring.material(keyId, material), KeyringError);
});
