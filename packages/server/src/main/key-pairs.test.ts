import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NewMaterial, type RsaKeySpec, systemEntropy } from '../core/crypto/index.ts';
import { type KeyPairLimits, keyPairLimits, KeyPairMaker } from './key-pairs.ts';

const entropy = systemEntropy();

/** Searches that end when the test says so. */
class Searches {
  readonly begun: { readonly spec: RsaKeySpec; end(error?: Error): void }[] = [];
  #made = 0;

  readonly search = (spec: RsaKeySpec): Promise<NewMaterial> =>
    new Promise((resolve, reject) => {
      this.begun.push({
        spec,
        end: (error) => {
          this.#made += 1;
          const material = { secret: Uint8Array.of(this.#made), publicKey: Uint8Array.of(1) };
          if (error === undefined) resolve(material);
          else reject(error);
        },
      });
    });

  /** Ends the search that began first, and lets everybody hear of it. */
  async endFirst(error?: Error): Promise<void> {
    this.begun.shift()?.end(error);
    await new Promise(setImmediate);
  }
}

function maker(limits: Partial<KeyPairLimits>): { searches: Searches; pairs: KeyPairMaker } {
  const searches = new Searches();
  const all = { searchesMax: 2, waitingMax: 3, stockMax: 0, ...limits };
  return { searches, pairs: new KeyPairMaker(entropy, all, searches.search) };
}

function first(made: NewMaterial | 'busy'): number | undefined {
  assert.ok(made !== 'busy');
  return made.secret[0];
}

test('makes a real pair, and what needs no search at once', async () => {
  await using pairs = new KeyPairMaker(entropy, { ...keyPairLimits, stockMax: 0 });
  for (const spec of ['RSA_2048', 'ECC_NIST_P256', 'ML_KEM_768', 'SM2'] as const) {
    const made = await pairs.make(spec);
    assert.ok(made !== 'busy' && made.publicKey !== undefined && made.secret.length > 0);
  }
});

test('serves those who wait in their order, searches a few at a time, and turns away the rest', async () => {
  const { searches, pairs } = maker({});
  const made = (['RSA_2048', 'RSA_4096', 'RSA_2048'] as const).map((spec) => pairs.make(spec));
  assert.equal(await pairs.make('RSA_2048'), 'busy');
  assert.deepEqual(
    searches.begun.map(({ spec }) => spec),
    ['RSA_2048', 'RSA_4096'],
  );
  await searches.endFirst();
  assert.deepEqual(
    searches.begun.map(({ spec }) => spec),
    ['RSA_4096', 'RSA_2048'],
  );
  await searches.endFirst();
  await searches.endFirst();
  assert.deepEqual((await Promise.all(made)).map(first), [1, 2, 3]);
  assert.equal(searches.begun.length, 0);
});

test('keeps a stock of what has been asked for, and hands out each pair once', async () => {
  const { searches, pairs } = maker({ stockMax: 2, searchesMax: 1 });
  const asked = pairs.make('RSA_3072');
  await searches.endFirst();
  assert.equal(first(await asked), 1);
  await searches.endFirst();
  await searches.endFirst();
  assert.equal(pairs.stockCount, 2);
  assert.equal(searches.begun.length, 0);
  assert.equal(first(await pairs.make('RSA_3072')), 2);
  assert.equal(first(await pairs.make('RSA_3072')), 3);
  assert.equal(searches.begun.length, 1);
  // Whoever waits comes before the stock.
  const waiting = pairs.make('RSA_2048');
  await searches.endFirst();
  assert.deepEqual(
    searches.begun.map(({ spec }) => spec),
    ['RSA_2048'],
  );
  await searches.endFirst();
  assert.equal(first(await waiting), 5);
});

test('a search that fails fails its request, and one for the stock does not repeat itself for ever', async () => {
  const { searches, pairs } = maker({ stockMax: 1, searchesMax: 1 });
  const asked = pairs.make('RSA_2048');
  const failed = assert.rejects(asked, /no primes/);
  await searches.endFirst(new Error('no primes'));
  await failed;
  // The stock is searched for now, in vain.
  await searches.endFirst(new Error('no primes'));
  assert.equal(searches.begun.length, 0);
  const again = pairs.make('RSA_2048');
  await searches.endFirst();
  assert.equal(typeof first(await again), 'number');
});

test('at the end waits for the searches, tells those who wait, and zeroes the stock', async () => {
  const { searches, pairs } = maker({ stockMax: 1, searchesMax: 1 });
  const asked = pairs.make('RSA_2048');
  await searches.endFirst();
  await asked;
  const [served, left] = [pairs.make('RSA_2048'), pairs.make('RSA_4096')];
  const closed = pairs[Symbol.asyncDispose]();
  await searches.endFirst();
  await closed;
  assert.ok((await served) !== 'busy');
  assert.equal(await left, 'busy');
  assert.equal(await pairs.make('RSA_2048'), 'busy');
  assert.equal(pairs.stockCount, 0);
});
