import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { NewMaterial } from '../../core/crypto/index.ts';
import { KeyPairQueue } from './key-pair-queue.ts';

/** Finds pairs when the test says so; each is told by its number. */
class SlowFinder {
  readonly asked: string[] = [];
  readonly #open: { readonly resolve: (made: NewMaterial) => void; readonly reject: (e: Error) => void }[] =
    [];

  readonly find = (spec: string): Promise<NewMaterial> => {
    this.asked.push(spec);
    return new Promise((resolve, reject) => this.#open.push({ resolve, reject }));
  };

  async finish(): Promise<void> {
    this.#open.shift()?.resolve({ secret: Uint8Array.of(this.asked.length) });
    await turn();
  }

  async fail(): Promise<void> {
    this.#open.shift()?.reject(new Error('no primes'));
    await turn();
  }
}

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
