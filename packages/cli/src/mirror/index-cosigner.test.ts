import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import {
  IndexReplay,
  indexStatement,
  type LogFetch,
  openIndexCheckpoint,
  parseCheckpoint,
  parseLogKeys,
  parseNote,
  verifyIndex,
} from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { EvidenceFolder } from '../evidence/index.ts';
import { nodeFileOperations } from '../files/index.ts';
import { testEvent, TestLog } from '../testing/log-folder.test-kit.ts';
import { temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { createWitnessKeys } from '../witness/index.ts';
import { FolderTarget } from './folder-target.ts';
import { Follow } from './follow.ts';
import { IndexCosigner } from './index-cosigner.ts';
import { Mirror } from './mirror.ts';
import { ReplayStore } from './replay-store.ts';

const name = 'mirror.example/index';

/** A log in a folder, and a mirror of it that cosigns. */
class Bench implements Disposable {
  readonly folder: ReturnType<typeof temporaryFolder> = temporaryFolder();
  readonly log = new TestLog();
  readonly vkeys: readonly string[];
  readonly troubles: string[] = [];
  readonly #keys: ReturnType<typeof createWitnessKeys>;
  #store: ReplayStore | undefined;

  constructor() {
    this.#keys = createWitnessKeys(this.folder.file('keys'), name);
    this.vkeys = this.#keys.verifierKeys;
  }

  get source(): LogFetch {
    return directoryFetch(this.folder.file('log'));
  }

  /** Appends events, and publishes them with an index checkpoint: the right one, or with this statement. */
  grow(count: number, statement?: Uint8Array): void {
    for (let left = count; left > 0; left -= 1) this.log.append(testEvent(left));
    this.log.writeTo(this.folder.path);
    writeFileSync(this.folder.file('log/index'), this.log.indexCheckpoint(statement));
  }

  /** A process of the mirror, from what is on disk. */
  start(): { readonly mirror: Mirror; readonly cosigner: IndexCosigner } {
    this.#store?.close();
    const store = new ReplayStore(this.folder.file('replay.db'), this.log.origin);
    this.#store = store;
    const evidence = new EvidenceFolder(this.folder.path, nodeFileOperations);
    const keys = parseLogKeys(this.log.verifierKeys());
    const common = { source: this.source, keys, evidence, timeMs: () => 1.9e12 };
    const target = new FolderTarget(this.folder.file('copy'), nodeFileOperations);
    const mirror = new Mirror({ ...common, target });
    const signers = this.#keys.signers(() => 1.9e9);
    const onTrouble = (message: string): void => void this.troubles.push(message);
    return { mirror, cosigner: new IndexCosigner({ ...common, mirror, store, signers, onTrouble }) };
  }

  /** Who has cosigned what is published in the copy, and that it can be verified there. */
  async published(): Promise<{ readonly size: number; readonly mirrors: readonly string[] }> {
    const keys = { ...parseLogKeys(this.log.verifierKeys()), witnessKeys: this.vkeys, witnessQuorum: 1 };
    const fetch = directoryFetch(this.folder.file('copy'));
    const verdict = await verifyIndex({ fetch, keys, crypto: nodeCrypto });
    assert.ok(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
    const opened = openIndexCheckpoint(verdict.note, keys, nodeCrypto);
    assert.ok(opened.ok);
    const mirrors = opened.signatures.filter((one) => one.name === name && one.timestamp === 1.9e9);
    return { size: verdict.size, mirrors: mirrors.map((one) => one.name) };
  }

  [Symbol.dispose](): void {
    this.#store?.close();
    this.folder[Symbol.dispose]();
  }
}

async function look({ mirror, cosigner }: ReturnType<Bench['start']>): Promise<string | undefined> {
  await cosigner.look();
  await mirror.step();
  return (await cosigner.settle())?.kind;
}

describe('a mirror that cosigns', () => {
  test('publishes the index with both of its cosignatures at every size, also after a start', async () => {
    using bench = new Bench();
    let running = bench.start();
    let size = 0;
    for (const count of [3, 1, 251, 2, 300]) {
      bench.grow(count);
      size += count;
      assert.equal(await look(running), 'cosigned');
      assert.deepEqual(await bench.published(), { size, mirrors: [name, name] });
      assert.equal(await look(running), undefined, 'there is nothing new');
      running = bench.start();
    }
    assert.deepEqual(bench.troubles, []);
  });

  test('judges index checkpoints of every size that it has replayed, those from before its time included', async () => {
    using bench = new Bench();
    const notes: string[] = [];
    for (let size = 1; size <= 12; size += 1) {
      bench.grow(1);
      notes.push(bench.log.indexCheckpoint());
    }
    const running = bench.start();
    await look(running);
    for (const note of notes) assert.equal(running.cosigner.judge(note).kind, 'cosigned');
    bench.log.append(testEvent(0));
    assert.deepEqual(running.cosigner.judge(bench.log.indexCheckpoint()), { kind: 'waiting', size: 13 });
    const unsigned = notes[3]?.replace('/index/1\n4\n', '/index/1\n5\n') ?? '';
    assert.equal(running.cosigner.judge(unsigned).kind, 'refused');
  });

  test('keeps the entries of an index that is older than the checkpoint, and only those', async () => {
    using bench = new Bench();
    bench.grow(5);
    const { mirror, cosigner } = bench.start();
    await cosigner.look();
    bench.grow(20);
    await mirror.step();
    assert.equal((await cosigner.settle())?.kind, 'cosigned');
    assert.equal((await bench.published()).size, 5);
    await mirror.step();
    assert.equal(await look({ mirror, cosigner }), 'cosigned');
    assert.equal((await bench.published()).size, 25);
    const left = await nodeFileOperations.list(bench.folder.file('copy/tile/entries/000.p'));
    assert.deepEqual(left, ['25']);
  });

  test('cosigns the index of a log that has no entries yet, and goes on when it has', async () => {
    using bench = new Bench();
    bench.grow(0);
    const none = bench.log.indexCheckpoint();
    const running = bench.start();
    assert.equal(await look(running), 'cosigned');
    bench.grow(3);
    assert.equal(await look(running), 'cosigned');
    assert.equal(running.cosigner.judge(none).kind, 'cosigned', 'whenever it is asked about the first one');
    assert.equal((await bench.start().cosigner.resolve(none)).kind, 'cosigned', 'also after a start');
    assert.deepEqual(bench.troubles, []);
  });

  test('does not cosign an index that leaves out one event, and keeps what convicts the log', async () => {
    using bench = new Bench();
    const index = new IndexReplay(nodeCrypto);
    for (let left = 10; left > 0; left -= 1) index.append(Buffer.from(JSON.stringify(testEvent(left))));
    bench.grow(10);
    const running = bench.start();
    await look(running);
    // The map of the first ten events, under the root of a log of eleven.
    bench.grow(1);
    const { size, root: logRoot } = parseCheckpoint(parseNote(bench.log.checkpoint()).text);
    const lie = indexStatement({ size, logRoot, mapRoot: index.mapRoot() }, nodeCrypto);
    bench.grow(0, lie);
    assert.equal(await look(running), 'conflict');
    assert.equal((await bench.published()).size, 10, 'the last good one stands');
    const [evidence] = await new EvidenceFolder(bench.folder.path, nodeFileOperations).list();
    assert.equal(evidence?.kind, 'index');
    assert.equal(evidence.shown, readFileSync(bench.folder.file('log/index'), 'utf8'));
  });

  test('cosigns nothing more as soon as it has convicted the log', async () => {
    using bench = new Bench();
    bench.grow(10);
    const good = Buffer.from(bench.log.indexCheckpoint());
    const running = bench.start();
    await look(running);
    const stopped = new AbortController();
    const common = { log: 'log', to: 'copy', isOnce: false, intervalMs: 1000, stopped: stopped.signal };
    const follow = new Follow({ ...common, ...running });
    assert.equal((await follow.judge(good)).kind, 'cosigned');
    const lie = bench.log.indexCheckpoint(new Uint8Array(32));
    assert.equal((await follow.judge(Buffer.from(lie))).kind, 'conflict');
    assert.equal((await follow.judge(good)).kind, 'ended');
  });

  test('accuses nobody because of what was damaged on its own disk', async () => {
    const damages = [
      'UPDATE statement SET hash = zeroblob(32) WHERE size = 7',
      'UPDATE statement SET hash = zeroblob(32) WHERE size = 10',
      'DELETE FROM statement WHERE size = 10',
      'UPDATE subject SET state = zeroblob(length(state))',
      'DELETE FROM subject WHERE key = (SELECT min(key) FROM subject)',
      'UPDATE log SET size = 9 WHERE id = 1; DELETE FROM statement WHERE size > 9',
      "UPDATE log SET origin = 'log.example/other'",
    ];
    for (const damage of damages) {
      using bench = new Bench();
      bench.grow(7);
      const seven = bench.log.indexCheckpoint();
      bench.grow(3);
      await look(bench.start());
      const database = new DatabaseSync(bench.folder.file('replay.db'));
      database.exec(damage);
      database.close();
      bench.grow(1);
      const running = bench.start();
      assert.equal(await look(running), 'cosigned', damage);
      assert.equal((await running.cosigner.resolve(seven)).kind, 'cosigned', damage);
      assert.deepEqual(await new EvidenceFolder(bench.folder.path, nodeFileOperations).list(), []);
      assert.match(bench.troubles.join('\n'), /computed again/, damage);
    }
  });

  test('accuses nobody because of what was altered in the copy', async () => {
    using bench = new Bench();
    bench.grow(300);
    const running = bench.start();
    await look(running);
    const bundle = bench.folder.file('copy/tile/entries/000');
    const bytes = readFileSync(bundle);
    bytes.write('users', bytes.indexOf('user-'));
    writeFileSync(bundle, bytes);
    bench.grow(1, new Uint8Array(32));
    await assert.rejects(look(running), /the copy is not whole: /);
    assert.deepEqual(await new EvidenceFolder(bench.folder.path, nodeFileOperations).list(), []);
  });
});
