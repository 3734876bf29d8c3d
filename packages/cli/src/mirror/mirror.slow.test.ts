import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type LogFetch, openCheckpoint, verifyLog } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { EvidenceFolder } from '../evidence/index.ts';
import { type FileOperations, nodeFileOperations } from '../files/index.ts';
import { type Fault, FaultyFiles } from '../testing/faulty-files.test-kit.ts';
import { History } from '../testing/history.test-kit.ts';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { FolderTarget } from './folder-target.ts';
import { Mirror, type MirrorOutcome } from './mirror.ts';

const main = History.create(800);
const keys = main.keys();

function mirrorOf(source: LogFetch, folder: string, files: FileOperations = nodeFileOperations): Mirror {
  return new Mirror({
    source,
    keys,
    target: new FolderTarget(folder, files),
    evidence: new EvidenceFolder(folder, files),
    timeMs: () => 2e12,
  });
}

function step(source: LogFetch, folder: string): Promise<MirrorOutcome> {
  return mirrorOf(source, folder).step();
}

/** The size of the log in a folder, which must verify as a whole. */
async function verified(folder: string): Promise<number> {
  const report = await verifyLog({ fetch: directoryFetch(folder), keys, crypto: nodeCrypto });
  assert.deepEqual(report.problems, []);
  return report.size;
}

describe('a mirror', () => {
  test('is a published log of its own at every size, and follows growth', async () => {
    using folder = temporaryFolder();
    let before = 0;
    for (const size of [0, 1, 2, 255, 256, 257, 511, 513, 800]) {
      const outcome = await step(main.fetch(size), folder.path);
      assert.deepEqual(outcome, { kind: 'copied', size, before });
      assert.equal(await verified(folder.path), size);
      assert.deepEqual(await step(main.fetch(size), folder.path), { kind: 'current', size, before: size });
      before = size;
    }
    // Nothing is left of partial tiles that no checkpoint needs.
    assert.ok(!existsSync(join(folder.path, 'tile/0/000.p')));
    assert.ok(existsSync(join(folder.path, 'tile/0/003.p/32')));
  });

  test('takes the later of two checkpoints of one tree, and leaves an older tree alone', async () => {
    using folder = temporaryFolder();
    await step(main.fetch(300), folder.path);
    const later = main.note(300, 1_900_000_000);
    const source: LogFetch = (path) =>
      path === 'checkpoint' ? Promise.resolve(Buffer.from(later)) : main.fetch(300)(path);
    await step(source, folder.path);
    assert.equal(readFileSync(join(folder.path, 'checkpoint'), 'utf8'), later);
    assert.deepEqual(await step(main.fetch(257), folder.path), { kind: 'stale', size: 257, before: 300 });
    assert.equal(await verified(folder.path), 300);
  });

  test('copies nothing of a fork, and keeps both signed checkpoints', async () => {
    const forked = main.fork(100);
    const rolledBack: LogFetch = (path) =>
      path === 'checkpoint'
        ? Promise.resolve(Buffer.from(main.note(200, 1_999_999_999)))
        : main.fetch(200)(path);
    for (const [kind, source] of [
      ['fork', forked.fetch(300)],
      ['inconsistent', forked.fetch(500)],
      ['inconsistent', forked.fetch(200)],
      ['rollback', rolledBack],
    ] as const) {
      using folder = temporaryFolder();
      await step(main.fetch(300), folder.path);
      const outcome = await step(source, folder.path);
      assert.ok(
        outcome.kind === 'conflict' && outcome.conflict.kind === kind,
        JSON.stringify(outcome).slice(0, 200),
      );
      assert.equal(await verified(folder.path), 300);
      const [evidence] = await new EvidenceFolder(folder.path, nodeFileOperations).list();
      assert.ok(evidence?.kind === kind);
      const notes = [evidence.kept, evidence.shown];
      assert.ok(notes.every((note) => openCheckpoint(note, keys, nodeCrypto).ok));
      assert.equal((await step(main.fetch(600), folder.path)).kind, 'copied', 'the log itself goes on');
      assert.equal(await verified(folder.path), 600);
    }
  });

  test('never holds what was altered on the way, whichever byte it is', async () => {
    const files = main.files(600);
    const needed = [...files.keys()].filter(
      (path) => path.startsWith('tile/entries/') || path === 'checkpoint',
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...needed), fc.nat(), fc.nat(7), async (path, offset, bit) => {
        using folder = temporaryFolder();
        await step(main.fetch(100), folder.path);
        const bytes = Buffer.from(files.get(path) ?? []);
        const at = offset % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const altered: LogFetch = (wanted) =>
          wanted === path ? Promise.resolve(bytes) : main.fetch(600)(wanted);
        const outcome = await step(altered, folder.path);
        // What the mirror has already it does not take again, so it may not even notice.
        assert.ok(['altered', 'copied'].includes(outcome.kind), JSON.stringify(outcome).slice(0, 300));
        assert.equal(await verified(folder.path), outcome.kind === 'copied' ? 600 : 100);
        if (path !== 'tile/entries/000') assert.equal(outcome.kind, 'altered');
        if (outcome.kind === 'copied') return;
        assert.equal((await step(main.fetch(600), folder.path)).kind, 'copied');
        assert.equal(await verified(folder.path), 600);
      }),
      { numRuns: 40 },
    );
  });

  test('comes to an end with a log that signs more entries than there can be', async () => {
    const claim = Buffer.from(main.claim(Number.MAX_SAFE_INTEGER, new Uint8Array(32), 1_900_000_000));
    const boasting: LogFetch = (path) =>
      path === 'checkpoint' ? Promise.resolve(claim) : main.fetch(800)(path);
    using empty = temporaryFolder();
    assert.equal((await step(boasting, empty.path)).kind, 'altered');
    assert.deepEqual(await step(main.fetch(800), empty.path), { kind: 'copied', size: 800, before: 0 });
    using folder = temporaryFolder();
    await step(main.fetch(300), folder.path);
    const outcome = await step(boasting, folder.path);
    assert.ok(outcome.kind === 'conflict' && outcome.conflict.kind === 'inconsistent');
    assert.equal(await verified(folder.path), 300);
  });

  test('that was altered itself is refused, not repaired in silence', async () => {
    using folder = temporaryFolder();
    await step(main.fetch(300), folder.path);
    const tile = join(folder.path, 'tile/0/001.p/44');
    const bytes = readFileSync(tile);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(tile, bytes);
    await assert.rejects(step(main.fetch(600), folder.path), /is not a whole mirror of this log/);
    writeFileSync(join(folder.path, 'checkpoint'), 'nonsense');
    await assert.rejects(step(main.fetch(600), folder.path), /is not a whole mirror of this log/);
  });

  test('takes up what an earlier run has left, and does not believe it', async () => {
    using folder = temporaryFolder();
    await step(main.fetch(100), folder.path);
    const left = join(folder.path, 'tile/entries/001');
    mkdirSync(dirname(left), { recursive: true });
    writeFileSync(left, main.files(800).get('tile/entries/001') ?? '');
    let reads: string[] = [];
    const counting: LogFetch = (path) => {
      reads.push(path);
      return main.fetch(600)(path);
    };
    await step(counting, folder.path);
    assert.ok(!reads.includes('tile/entries/001'));
    assert.equal(await verified(folder.path), 600);
    using other = temporaryFolder();
    reads = [];
    mkdirSync(join(other.path, 'tile/entries'), { recursive: true });
    writeFileSync(
      join(other.path, 'tile/entries/001'),
      main.fork(0).files(800).get('tile/entries/001') ?? '',
    );
    assert.equal((await step(counting, other.path)).kind, 'copied');
    assert.ok(reads.includes('tile/entries/001'));
    assert.equal(await verified(other.path), 600);
  });
});

describe('a failure of any one operation', () => {
  for (const dies of [false, true]) {
    test(`and ${dies ? 'a new start' : 'another try'} leave a log that verifies`, async () => {
      using folder = temporaryFolder();
      let runs = 0;
      const run = async (fault?: Fault): Promise<FaultyFiles> => {
        runs += 1;
        const place = folder.file(`m-${runs}`);
        const faulty = new FaultyFiles(fault);
        for (const size of [254, 257]) {
          let mirror = mirrorOf(main.fetch(size), place, faulty.operations);
          for (let attempt = 0; ; attempt += 1) {
            const outcome = await mirror.step().catch((error: unknown) => {
              assert.ok(error instanceof Error && 'code' in error && error.code === 'EIO', String(error));
              return undefined;
            });
            if (existsSync(join(place, 'checkpoint'))) await verified(place);
            if (outcome !== undefined) break;
            assert.ok(attempt < 3);
            if (dies) mirror = mirrorOf(main.fetch(size), place, new FaultyFiles().operations);
          }
          assert.equal(await verified(place), size);
        }
        return faulty;
      };
      const { possibleFaults } = await run();
      assert.ok(possibleFaults.length > 60, `only ${possibleFaults.length} failures are possible`);
      for (const fault of possibleFaults) assert.ok((await run({ ...fault, dies })).hasFailed);
    });
  }
});

describe('keywitness mirror', () => {
  test('killed at any moment goes on where it was', async () => {
    using folder = temporaryFolder();
    const large = History.create(20_000);
    for (const [path, bytes] of large.files(20_000)) {
      mkdirSync(dirname(folder.file(`log/${path}`)), { recursive: true });
      writeFileSync(folder.file(`log/${path}`), bytes);
    }
    writeFileSync(folder.file('log.vkey'), `${large.verifierKeys().join('\n')}\n`);
    const args = [
      'mirror',
      '--log',
      folder.file('log'),
      '--key',
      folder.file('log.vkey'),
      '--to',
      folder.file('copy'),
      '--once',
    ];
    const mainFile = resolve(import.meta.dirname, '../main.ts');
    let kills = 0;
    for (let bundles = 2; bundles < 70; bundles += 16) {
      const child = spawn(process.execPath, [mainFile, ...args], { stdio: 'ignore' });
      const exited = once(child, 'exit');
      const isThere = (): boolean =>
        child.exitCode !== null ||
        existsSync(folder.file(`copy/tile/entries/${String(bundles).padStart(3, '0')}`));
      while (!isThere()) await new Promise(setImmediate);
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        kills += 1;
      }
      await exited;
    }
    assert.ok(kills > 0, 'nothing was ever interrupted');
    const last = await runKeywitness(args);
    assert.equal(last.code, 0, last.stderr);
    const state = { env: { KEYWITNESS_STATE_DIR: folder.file('state') } };
    const verify = ['log', 'verify', folder.file('copy'), '--key', folder.file('log.vkey')];
    const report = await runKeywitness(verify, state);
    assert.equal(report.code, 0, report.stdout);
    assert.match(report.stdout, /all 20000 hashed/);
  });

  test('ends with 1 for a log that contradicts itself or is altered, with 2 for one that is not there', async () => {
    using folder = temporaryFolder();
    const write = (history: History, size: number): void => {
      rmSync(folder.file('log'), { recursive: true, force: true });
      for (const [path, bytes] of history.files(size)) {
        mkdirSync(dirname(folder.file(`log/${path}`)), { recursive: true });
        writeFileSync(folder.file(`log/${path}`), bytes);
      }
    };
    writeFileSync(folder.file('log.vkey'), `${main.verifierKeys().join('\n')}\n`);
    const trust = ['--key', folder.file('log.vkey')];
    const mirror = (): ReturnType<typeof runKeywitness> =>
      runKeywitness(['mirror', '--log', folder.file('log'), ...trust, '--to', folder.file('copy'), '--once']);
    assert.equal((await mirror()).code, 2);
    write(main, 300);
    assert.equal((await mirror()).stdout, 'copied      entries 0 to 300\n');
    write(main.fork(100), 300);
    const forked = await mirror();
    assert.equal(forked.code, 1);
    assert.match(forked.stderr, /EVIDENCE: fork/);
    assert.equal((await runKeywitness(['witness', 'evidence', '--dir', folder.file('copy')])).code, 1);
    write(main, 600);
    writeFileSync(folder.file('log/tile/entries/001'), 'x');
    assert.equal((await mirror()).code, 1);
    const both = await runKeywitness(['mirror', '--log', 'x', '--to', 'y', '--key', 'k', '--policy', 'p']);
    assert.equal(both.code, 64);
  });
});
