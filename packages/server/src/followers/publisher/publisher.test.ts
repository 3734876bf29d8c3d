import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openCheckpoint, parseVerifierKey, tilePath, verifyLog, verifyProof } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type FileOperations, nodeFileOperations } from './file-operations.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { flipBit, Rig } from './rig.test-model.ts';

const INTERVAL_MS = 1000;

/** Time that moves when the test says so. */
class ManualTime {
  nowMs = 5;
  readonly #tasks: { readonly dueMs: number; readonly task: () => void }[] = [];

  schedule(delayMs: number, task: () => void): void {
    this.#tasks.push({ dueMs: this.nowMs + delayMs, task });
  }

  /** Moves on by `ms` and does what falls due, in order. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#tasks.toSorted((left, right) => left.dueMs - right.dueMs);
      if (next === undefined || next.dueMs > endMs) break;
      this.#tasks.splice(this.#tasks.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.task();
    }
    this.nowMs = endMs;
  }
}

/** What a publisher has told, and who waits for it to tell more. */
class Told {
  readonly published: { readonly size: number; readonly timestamp: number; readonly atMs: number }[] = [];
  readonly failures: unknown[] = [];
  readonly fatal: Error[] = [];
  #changed = Promise.withResolvers<undefined>();

  notify(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers<undefined>();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
    // The publisher plans what comes next after it has told.
    await new Promise(setImmediate);
  }
}

let parent = '';

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'keywitness-publisher-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

interface TestDisk {
  /** While true, nothing can be written. */
  isFull: boolean;
  /** When it was tried again to publish on the full disk, which begins with making the directory. */
  readonly retriesMs: number[];
}

interface Bench {
  readonly rig: Rig;
  readonly time: ManualTime;
  readonly told: Told;
  readonly publisher: Publisher;
  readonly disk: TestDisk;
  /** Appends to the ledger and tells the publisher. */
  readonly append: (count: number) => void;
}

function bench(rig: Rig = new Rig(parent)): Bench {
  const time = new ManualTime();
  const told = new Told();
  const disk: TestDisk = { isFull: false, retriesMs: [] };
  const publisher = createPublisher({
    reader: rig.ledger,
    checkpoints: rig.checkpoints(),
    files: filling(disk, time),
    directory: rig.directory,
    origin: 'log.test',
    ed25519: rig.keys.ed25519,
    mlDsa44: rig.keys.mlDsa44,
    publishIntervalMs: INTERVAL_MS,
    timeMs: () => rig.nowMs + time.nowMs,
    nowMs: () => time.nowMs,
    schedule: (delayMs, task) => time.schedule(delayMs, task),
    onPublished(size, timestamp) {
      told.published.push({ size, timestamp, atMs: time.nowMs });
      told.notify();
    },
    onFailure(error) {
      told.failures.push(error);
      told.notify();
    },
    onFatal(error) {
      told.fatal.push(error);
      told.notify();
    },
  });
  const append = (count: number): void => {
    rig.ledger.append(count);
    publisher.advance(rig.ledger.size());
  };
  return { rig, time, told, publisher, disk, append };
}

function filling(disk: TestDisk, time: ManualTime): FileOperations {
  const noSpace = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('no space is left'), { code: 'ENOSPC' }));
  return {
    ...nodeFileOperations,
    makeDirectory(path) {
      if (!disk.isFull) return nodeFileOperations.makeDirectory(path);
      disk.retriesMs.push(time.nowMs);
      return noSpace();
    },
    write: (path, bytes) => (disk.isFull ? noSpace() : nodeFileOperations.write(path, bytes, false)),
  };
}

/** The keys that the log is verified with. */
async function trustedKeys(publisher: Publisher): Promise<{ origin: string; logKeys: string[] }> {
  return { origin: 'log.test', logKeys: (await publisher.verifierKeys()).trimEnd().split('\n') };
}

function proofHolds(
  { rig }: Bench,
  proofText: string | undefined,
  index: number,
  keys: { readonly origin: string; readonly logKeys: readonly string[] },
): void {
  const entry = rig.ledger.entries[index];
  assert.ok(proofText !== undefined && entry !== undefined);
  const verdict = verifyProof({ proofText, entry, trustedKeys: keys, crypto: nodeCrypto });
  assert.ok(verdict.ok && verdict.index === index, JSON.stringify(verdict));
}

describe('a checkpoint', { timeout: 60_000 }, () => {
  test('covers each event at most the interval after it, and there are not more than two in an interval', async () => {
    const { rig, time, told, publisher, append } = bench();
    await publisher.start();
    const appendedMs: number[] = [];
    for (let step = 0; step < 40; step += 1) {
      append(1);
      appendedMs.push(time.nowMs);
      time.pass(100);
      const due = appendedMs.filter((atMs) => atMs + INTERVAL_MS / 2 <= time.nowMs).length;
      await told.until(() => (told.published.at(-1)?.size ?? 0) >= due);
    }
    assert.ok(told.published.length <= 10, `${told.published.length} were published in four intervals`);
    assert.deepEqual(told.failures, []);
    await publisher.stop();
    assert.equal(await rig.verify(), 40);
  });

  test('of the same tree states a later time every minute, so that silence is signed', async () => {
    const { rig, time, told, publisher, append } = bench();
    append(7);
    await publisher.start();
    const before = rig.stored;
    time.pass(59_000);
    assert.equal(told.published.length, 1);
    time.pass(1000);
    await told.until(() => told.published.length === 2);
    const [first, second] = told.published;
    assert.equal(second?.size, 7);
    assert.equal((second?.timestamp ?? 0) - (first?.timestamp ?? 0), 60);
    assert.notEqual(rig.stored, before);
    await rig.verify();
    rig.checkSigned();
    await publisher.stop();
  });

  test('covers what is there when the publisher is stopped, and nothing after', async () => {
    const { rig, time, told, publisher, append } = bench();
    await publisher.start();
    append(5);
    await publisher.stop();
    assert.equal(await rig.verify(), 5);
    append(5);
    time.pass(120_000);
    await assert.rejects(publisher.proof(7), { code: 'Stopped' });
    assert.equal(told.published.at(-1)?.size, 5);
    assert.equal(await rig.verify(), 5);
  });

  test('is signed by two keys, whose verifier keys are one a line', async () => {
    const { publisher } = bench();
    await publisher.start();
    const text = await publisher.verifierKeys();
    const keys = await trustedKeys(publisher);
    assert.equal(text, keys.logKeys.map((key) => `${key}\n`).join(''));
    assert.deepEqual(
      keys.logKeys.map((key) => parseVerifierKey(key).type),
      [1, 6],
    );
    const note = await publisher.read('checkpoint');
    assert.ok(note !== undefined && openCheckpoint(note, keys, nodeCrypto).ok);
    await publisher.stop();
  });
});

describe('an event', { timeout: 60_000 }, () => {
  test('that comes while a checkpoint is published is covered by the next one', async () => {
    const { rig, time, told, publisher, append } = bench();
    await publisher.start();
    append(1);
    time.pass(INTERVAL_MS / 2);
    append(1);
    await told.until(() => told.published.length === 2);
    const { size } = told.published.at(-1) ?? {};
    time.pass(INTERVAL_MS / 2);
    if (size === 1) await told.until(() => told.published.length === 3);
    assert.equal(await rig.verify(), 2);
    await publisher.stop();
  });
});

describe('a proof', { timeout: 60_000 }, () => {
  test('is given for every entry, and waits for a checkpoint that covers it', async () => {
    const the = bench();
    const { time, publisher, append } = the;
    append(600);
    await publisher.start();
    const keys = await trustedKeys(publisher);
    for (const index of [0, 255, 256, 511, 512, 599]) {
      proofHolds(the, await publisher.proof(index), index, keys);
    }
    append(50);
    const waiting = publisher.proof(620);
    time.pass(INTERVAL_MS / 2);
    proofHolds(the, await waiting, 620, keys);
    await publisher.stop();
  });

  test('is under the witnessed checkpoint where that covers the entry, and under the newest elsewhere', async () => {
    const the = bench();
    const { time, told, publisher, append } = the;
    append(300);
    await publisher.start();
    const keys = await trustedKeys(publisher);
    assert.equal(await publisher.read('witnessed/checkpoint'), undefined);
    const [, ...lines] = (publisher.newest()?.note ?? '').split('\n\n');
    const cosigned = `${publisher.newest()?.note ?? ''}${lines.join('').replaceAll('log.test', 'w.test')}`;
    await publisher.keepWitnessed(cosigned);
    append(300);
    time.pass(INTERVAL_MS);
    await told.until(() => told.published.at(-1)?.size === 600);
    assert.equal(Buffer.from((await publisher.read('witnessed/checkpoint')) ?? []).toString(), cosigned);
    for (const [index, isWitnessed] of [
      [0, true],
      [299, true],
      [300, false],
      [599, false],
    ] as const) {
      const proof = await publisher.proof(index);
      proofHolds(the, proof, index, keys);
      assert.equal(proof?.includes('— w.test'), isWitnessed, `entry ${index}`);
    }
    await publisher.stop();
    const again = bench(the.rig);
    await again.publisher.start();
    assert.equal(again.publisher.witnessed(), cosigned, 'it is there after a restart');
    await again.publisher.stop();
  });

  test('does not exist for an entry that does not', async () => {
    const { publisher, append } = bench();
    append(3);
    await publisher.start();
    for (const index of [3, -1, 0.5, NaN, 2 ** 60]) assert.equal(await publisher.proof(index), undefined);
    await publisher.stop();
  });
});

describe('a full disk', { timeout: 60_000 }, () => {
  test('pauses publishing, is told of, and is made up for by itself', async () => {
    const the = bench();
    const { rig, time, told, publisher, disk, append } = the;
    append(300);
    await publisher.start();
    disk.isFull = true;
    append(300);
    const proof = publisher.proof(400);
    const refused = assert.rejects(proof, { code: 'Paused' });
    while (told.failures.length < 12) {
      // The pause is not cut short by what is committed meanwhile.
      publisher.advance(rig.ledger.size());
      time.pass(INTERVAL_MS);
      await told.until(() => told.failures.length === disk.retriesMs.length + 1);
    }
    await refused;
    const pausesMs = disk.retriesMs.slice(1).map((atMs, index) => atMs - (disk.retriesMs[index] ?? 0));
    assert.ok(
      pausesMs.slice(6).every((pauseMs) => pauseMs >= 10_000),
      `pauses of ${pausesMs.join()} ms`,
    );
    assert.deepEqual(told.fatal, []);
    assert.equal((await publisher.read('tile/0/000'))?.length, 8192);
    assert.equal(await rig.verify(), 300);

    disk.isFull = false;
    time.pass(10_000);
    await told.until(() => told.published.at(-1)?.size === 600);
    proofHolds(the, await publisher.proof(400), 400, await trustedKeys(publisher));
    assert.equal(await rig.verify(), 600);
    await publisher.stop();
  });

  test('does not keep the publisher from starting', async () => {
    const { rig, time, told, publisher, disk, append } = bench();
    disk.isFull = true;
    append(10);
    await publisher.start();
    assert.equal(told.failures.length, 1);
    assert.equal(await publisher.read('checkpoint'), undefined);
    disk.isFull = false;
    time.pass(1000);
    await told.until(() => told.published.length === 1);
    assert.equal(await rig.verify(), 10);
    await publisher.stop();
  });

  test('does not keep it from stopping', async () => {
    const { told, publisher, disk, append } = bench();
    append(10);
    await publisher.start();
    disk.isFull = true;
    append(10);
    await publisher.stop();
    assert.equal(told.failures.length, 1);
  });
});

describe('a refusal to sign', { timeout: 60_000 }, () => {
  test('fails the start', async () => {
    const first = bench();
    first.append(300);
    await first.publisher.start();
    await first.publisher.stop();
    flipBit(first.rig.path('tile/0/000'));
    const { told, publisher } = bench(first.rig);
    await assert.rejects(publisher.start(), { code: 'TileMismatch' });
    assert.equal(told.fatal.length, 1);
    await assert.rejects(publisher.proof(0), { code: 'TileMismatch' });
  });

  test('is told when somebody else has published, and nothing is signed after', async () => {
    const { rig, time, told, publisher, append } = bench();
    append(3);
    await publisher.start();
    await rig.open().publication.publish();
    append(1);
    const refused = assert.rejects(publisher.proof(3), { code: 'Deposed' });
    time.pass(INTERVAL_MS);
    await told.until(() => told.fatal.length === 1);
    await refused;
    const signed = rig.keys.texts.length;
    time.pass(600_000);
    await publisher.stop();
    assert.equal(rig.keys.texts.length, signed);
  });
});

describe('the log as it is served', { timeout: 60_000 }, () => {
  test('verifies under every checkpoint that was ever published', async () => {
    const { time, told, publisher, append } = bench();
    await publisher.start();
    const notes: Uint8Array[] = [];
    for (const count of [1, 100, 154, 1, 1, 300, 500]) {
      append(count);
      const size = (told.published.at(-1)?.size ?? 0) + count;
      time.pass(INTERVAL_MS);
      await told.until(() => told.published.at(-1)?.size === size);
      notes.push((await publisher.read('checkpoint')) ?? new Uint8Array(0));
    }
    const keys = await trustedKeys(publisher);
    for (const note of notes) {
      const report = await verifyLog({
        fetch: async (path) => (path === 'checkpoint' ? note : ((await publisher.read(path)) ?? null)),
        keys,
        crypto: nodeCrypto,
      });
      assert.deepEqual(report.problems, []);
    }
    await publisher.stop();
  });

  test('has nothing that no checkpoint covers, and nothing beside its tiles', async () => {
    const { publisher, rig, append } = bench();
    append(300);
    await publisher.start();
    rig.ledger.append(300);
    await rig.open().publication.publish();
    for (const path of [
      tilePath(0, 1),
      tilePath('entries', 1),
      tilePath(0, 1, 45),
      tilePath(1, 0, 2),
      tilePath(0, 7),
      '',
      'tile',
      'tile/0/000/',
      '/tile/0/000',
      'tile/0/../0/000',
      '../keywitness.db',
      'tile/0/000.p/256',
      'tile/00/000',
      '.staging/1',
      'checkpoint/',
    ]) {
      assert.equal(await publisher.read(path), undefined, path);
    }
    assert.equal((await publisher.read(tilePath(0, 1, 44)))?.length, 44 * 32);
    assert.equal((await publisher.read(tilePath(0, 0, 7)))?.length, 7 * 32);
  });

  test('travels between threads without bytes of anything else', async () => {
    const { publisher, append } = bench();
    append(300);
    await publisher.start();
    for (const path of ['checkpoint', tilePath(0, 0), tilePath(0, 1, 9), tilePath('entries', 0, 3)]) {
      const bytes = await publisher.read(path);
      assert.equal(bytes?.buffer.byteLength, bytes?.byteLength, path);
    }
    await publisher.stop();
  });
});
