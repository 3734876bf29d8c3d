import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { keyAlgorithm, type NewMaterial, takeSecretKey } from '../../core/crypto/index.ts';
import { KeyPairQueue } from './key-pair-queue.ts';

/** Finds pairs when the test says so; each is told by its number. */
class SlowFinder {
  readonly asked: string[] = [];
  readonly found: NewMaterial[] = [];
  readonly #open: { readonly resolve: (made: NewMaterial) => void; readonly reject: (e: Error) => void }[] =
    [];

  readonly find = (spec: string): Promise<NewMaterial> => {
    this.asked.push(spec);
    return new Promise((resolve, reject) => this.#open.push({ resolve, reject }));
  };

  async finish(): Promise<void> {
    const made = { secret: Uint8Array.of(this.asked.length) };
    this.found.push(made);
    this.#open.shift()?.resolve(made);
    await turn();
  }

  async fail(): Promise<void> {
    this.#open.shift()?.reject(new Error('no primes'));
    await turn();
  }
}

test('a real pair is found, and one that need not be waited for is none of its business', async () => {
  await using queue = new KeyPairQueue();
  const made = await queue.make('RSA_2048');
  assert.ok(made !== 'busy');
  const { publicKey } = keyAlgorithm('RSA_2048').open(takeSecretKey(made.secret));
  assert.deepEqual(publicKey, made.publicKey);
  await assert.rejects(queue.make('ECC_NIST_P256'), TypeError);
});

test('pairs are found one after the other, in the order of the requests, and each is handed out once', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  const made = [queue.make('RSA_2048'), queue.make('RSA_4096')];
  assert.deepEqual(finder.asked, ['RSA_2048']);
  await finder.finish();
  assert.deepEqual(finder.asked, ['RSA_2048', 'RSA_4096']);
  await finder.finish();
  assert.deepEqual(await Promise.all(made), [{ secret: Uint8Array.of(1) }, { secret: Uint8Array.of(2) }]);
});

test('when nobody waits, two pairs of each spec that was asked for are found ahead of time', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  const first = queue.make('RSA_2048');
  await finder.finish();
  await first;
  await finder.finish();
  await finder.finish();
  assert.equal(finder.asked.length, 3);
  assert.deepEqual(await queue.make('RSA_2048'), { secret: Uint8Array.of(2) });
  assert.deepEqual(await queue.make('RSA_2048'), { secret: Uint8Array.of(3) });
  assert.equal(finder.asked.length, 4);
});

test('beyond the requests that may wait, the answer is that there are too many', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  // One is being found, and 32 wait.
  const made = Array.from({ length: 33 }, () => queue.make('RSA_3072'));
  assert.equal(await queue.make('RSA_3072'), 'busy');
  await finder.finish();
  await made[0];
  made.push(queue.make('RSA_3072'));
  assert.equal(await queue.make('RSA_3072'), 'busy');
  for (let finished = 1; finished < made.length; finished += 1) await finder.finish();
  assert.equal(new Set(await Promise.all(made)).size, 34);
});

test('a pair that could not be found is the trouble of whoever asked for it alone', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  const [first, second] = [queue.make('RSA_2048'), queue.make('RSA_2048')];
  const failed = assert.rejects(first, /no primes/);
  await finder.fail();
  await failed;
  await finder.finish();
  assert.deepEqual(await second, { secret: Uint8Array.of(2) });
});

test('a search ahead of time that fails does not repeat itself until somebody asks', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  const first = queue.make('RSA_2048');
  await finder.finish();
  await first;
  await finder.fail();
  assert.equal(finder.asked.length, 2);
  const again = queue.make('RSA_2048');
  await finder.finish();
  assert.deepEqual(await again, { secret: Uint8Array.of(3) });
});

test('whoever comes to wait for what is found ahead of time gets it', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  const first = queue.make('RSA_2048');
  await finder.finish();
  await first;
  const [other, second] = [queue.make('RSA_4096'), queue.make('RSA_2048')];
  await finder.finish();
  assert.deepEqual(await second, { secret: Uint8Array.of(2) });
  await finder.finish();
  assert.deepEqual(await other, { secret: Uint8Array.of(3) });
});

test('at the end the search is waited for, those who wait are told, and pairs that are left are zeroed', async () => {
  const finder = new SlowFinder();
  const queue = new KeyPairQueue(finder.find);
  const first = queue.make('RSA_2048');
  for (let finished = 0; finished < 3; finished += 1) await finder.finish();
  const [served, left] = [queue.make('RSA_4096'), queue.make('RSA_4096')];
  const closed = queue[Symbol.asyncDispose]();
  assert.equal(await left, 'busy');
  await finder.finish();
  await closed;
  assert.equal(await queue.make('RSA_2048'), 'busy');
  assert.deepEqual(await Promise.all([first, served]), [
    { secret: Uint8Array.of(1) },
    { secret: Uint8Array.of(4) },
  ]);
  assert.deepEqual(
    finder.found.map(({ secret }) => secret[0]),
    [1, 0, 0, 4],
  );
});
