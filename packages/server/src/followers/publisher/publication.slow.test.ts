import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { verifyLog } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { PublisherError, type PublisherErrorCode } from './errors.ts';
import { type Fault, flipBit, type Process, Rig } from './rig.test-model.ts';

let parent = '';

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'keywitness-publisher-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

async function published(count: number): Promise<Rig> {
  const rig = new Rig(parent);
  rig.ledger.append(count);
  const { publication } = rig.open();
  do await publication.publish();
  while ((publication.published?.checkpoint.size ?? 0) < count);
  return rig;
}

function refusedWith(rig: Rig, code: PublisherErrorCode): Promise<void> {
  const texts = rig.keys.texts.length;
  return assert.rejects(rig.open().publication.publish(), (error: unknown) => {
    assert.ok(error instanceof PublisherError, String(error));
    assert.equal(error.code, code, error.message);
    assert.equal(rig.keys.texts.length, texts, 'nothing was signed');
    return true;
  });
}

/** Publishes across the borders of a tile, and tries again what fails: in the same process, or in a new one. */
async function runSteps(rig: Rig, fault: Fault | undefined, counts: readonly number[]): Promise<Process> {
  let running = rig.open(fault);
  const first = running.process;
  for (const count of counts) {
    rig.ledger.append(count);
    for (let attempt = 0; ; attempt += 1) {
      assert.ok(attempt < 3, 'a single failure is made up for');
      const failure = await failureOf(running.publication.publish());
      if (failure === undefined) break;
      assert.ok(first.hasFailed && !(failure instanceof PublisherError), String(failure));
      if (existsSync(rig.path('checkpoint'))) await rig.verify();
      if (fault?.dies === true) running = rig.open();
    }
    assert.equal(await rig.verify(), rig.ledger.size());
  }
  rig.checkSigned();
  // What was published survives a power loss, also where a failure came between a change and its sync.
  rig.disk.losePower(() => true);
  rig.checkFullFiles();
  assert.equal(readFileSync(rig.path('checkpoint'), 'utf8'), rig.stored);
  return first;
}

function failureOf(work: Promise<void>): Promise<Error | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
}

describe('a failure of any one operation', () => {
  for (const [title, before, dies] of [
    ['at the first start and another try leave a log that verifies', 0, false],
    ['when a log is continued and a new start leave a log that verifies', 254, true],
  ] as const) {
    test(title, async () => {
      let runs = 0;
      const run = async (fault: Fault | undefined): Promise<Process> => {
        runs += 1;
        const rig = new Rig(parent, `log-${runs}`);
        if (before > 0) {
          rig.ledger.append(before);
          await rig.open().publication.publish();
        }
        return runSteps(rig, fault, [3, 260]);
      };
      const { possibleFaults } = await run(undefined);
      assert.ok(possibleFaults.length > 80, `only ${possibleFaults.length} failures are possible`);
      for (const fault of possibleFaults) assert.ok((await run({ ...fault, dies })).hasFailed);
    });
  }
});

test('a power loss at any operation takes nothing that the stored checkpoint needs', async () => {
  let runs = 0;
  const run = async (fault: Fault | undefined): Promise<Process> => {
    runs += 1;
    const rig = new Rig(parent, `log-${runs}`);
    const { publication, process } = rig.open(fault);
    for (const count of [254, 3, 260]) {
      rig.ledger.append(count);
      await failureOf(publication.publish());
      if (process.hasFailed) break;
    }
    rig.disk.losePower(() => true);
    rig.checkFullFiles();
    await rig.open().publication.publish();
    assert.equal(await rig.verify(), rig.ledger.size());
    rig.checkSigned();
    return process;
  };
  for (const fault of (await run(undefined)).possibleFaults) {
    assert.ok((await run({ ...fault, dies: true })).hasFailed);
  }
});

type Step =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'publish' }
  | { readonly kind: 'fail'; readonly fault: Fault }
  | { readonly kind: 'power'; readonly taken: readonly boolean[] };

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.oneof(fc.nat(5), fc.nat(600)) }),
    fc.record({ kind: fc.constant('publish' as const) }),
    fc.record({
      kind: fc.constant('fail' as const),
      fault: fc.record({
        at: fc.integer({ min: 1, max: 60 }),
        kind: fc.constantFrom('before', 'after', 'torn'),
        dies: fc.boolean(),
      }),
    }),
    fc.record({ kind: fc.constant('power' as const), taken: fc.array(fc.boolean(), { minLength: 1 }) }),
  ),
  { maxLength: 12 },
);

test('any sequence of appending, publishing, failing and power loss publishes what the model says', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (sequence: readonly Step[]) => {
      runs += 1;
      const rig = new Rig(parent, `log-${runs}`);
      let { publication } = rig.open();
      for (const step of sequence) {
        if (step.kind === 'append') rig.ledger.append(step.count);
        if (step.kind === 'publish') {
          await publication.publish();
          assert.equal(await rig.verify(), rig.ledger.size());
        }
        if (step.kind === 'fail') {
          const failing = rig.open(step.fault);
          await failing.publication.publish().catch((error: unknown) => {
            assert.ok(failing.process.hasFailed && !(error instanceof PublisherError), String(error));
          });
          publication = rig.open().publication;
        }
        if (step.kind === 'power') {
          let at = 0;
          rig.disk.losePower(() => step.taken[(at += 1) % step.taken.length] ?? true);
          publication = rig.open().publication;
          await publication.publish();
          assert.equal(await rig.verify(), rig.ledger.size());
        }
      }
      await publication.publish();
      assert.equal(await rig.verify(), rig.ledger.size());
      rig.checkSigned();
    }),
    { numRuns: 40 },
  );
});

describe('nothing is signed when', () => {
  test('the ledger and the store are an older copy than the published log', async () => {
    const rig = await published(300);
    const older = rig.stored;
    rig.ledger.append(10);
    await rig.open().publication.publish();
    rig.stored = older;
    rig.ledger.entries.length = 300;
    await refusedWith(rig, 'Rollback');
    rig.stored = null;
    await refusedWith(rig, 'Rollback');
  });

  test('everything but the witnessed checkpoint is an older copy', async () => {
    const rig = await published(300);
    const [older, file] = [rig.stored, readFileSync(rig.path('checkpoint'))];
    rig.ledger.append(10);
    const { publication } = rig.open();
    await publication.publish();
    await publication.keepWitnessed(rig.stored ?? '');
    rig.stored = older;
    rmSync(rig.path('checkpoint'));
    writeFileSync(rig.path('checkpoint'), file);
    rig.ledger.entries.length = 300;
    await refusedWith(rig, 'Rollback');
  });

  test('the ledger is shorter than the stored checkpoint', async () => {
    const rig = await published(300);
    rig.ledger.entries.length = 299;
    await refusedWith(rig, 'Rollback');
    rmSync(rig.directory, { recursive: true });
    await refusedWith(rig, 'Rollback');
  });

  test('the ledger shrinks while it runs', async () => {
    const rig = new Rig(parent);
    rig.ledger.append(10);
    const { publication } = rig.open();
    await publication.publish();
    rig.ledger.entries.length = 9;
    await assert.rejects(publication.publish(), { code: 'Rollback' });
  });

  for (const index of [0, 200, 256, 299]) {
    test(`entry ${index} of the ledger was altered`, async () => {
      const rig = await published(300);
      rig.ledger.entries[index] = new TextEncoder().encode('{}');
      rig.ledger.append(5);
      await refusedWith(rig, 'Fork');
    });
  }

  for (const file of ['tile/0/000', 'tile/entries/000']) {
    test(`the full file ${file} was altered`, async () => {
      const rig = await published(300);
      flipBit(rig.path(file));
      await refusedWith(rig, 'TileMismatch');
    });
  }

  test('the published checkpoint was altered', async () => {
    const rig = await published(300);
    flipBit(rig.path('checkpoint'));
    await refusedWith(rig, 'Fork');
  });

  for (const [size, otherSize] of [
    [300, 300],
    [300, 290],
  ] as const) {
    test(`another log of ${otherSize} entries was signed and published in place of this one of ${size}`, async () => {
      const rig = await published(size);
      const other = new Rig(parent, 'other');
      other.ledger.entries = [new TextEncoder().encode('another')];
      other.ledger.append(otherSize - 1);
      await other.open().publication.publish();
      cpSync(other.path('checkpoint'), rig.path('checkpoint'), { force: true });
      await refusedWith(rig, 'Fork');
    });
  }

  test('somebody else has published with the same store', async () => {
    const rig = new Rig(parent);
    rig.ledger.append(10);
    const first = rig.open().publication;
    await first.publish();
    const second = rig.open().publication;
    await second.publish();
    rig.ledger.append(1);
    await assert.rejects(first.publish(), { code: 'Deposed' });
    await assert.rejects(first.publish(), { code: 'Deposed' });
    await second.publish();
    assert.equal(await rig.verify(), 11);
  });
});

describe('at a start', () => {
  test('missing full files are written again from the ledger', async () => {
    const rig = await published(700);
    for (const file of ['tile/0/000', 'tile/entries/001', 'tile/0/002.p', 'checkpoint']) {
      rmSync(rig.path(file), { recursive: true });
    }
    await rig.open().publication.publish();
    assert.equal(await rig.verify(), 700);
  });

  test('a directory that is gone is written again from the ledger', async () => {
    const rig = await published(700);
    rmSync(rig.directory, { recursive: true });
    await rig.open().publication.publish();
    assert.equal(await rig.verify(), 700);
  });

  test('the partial files that lie beside the checkpoint are repaired', async () => {
    const rig = await published(300);
    flipBit(rig.path('tile/0/001.p/44'));
    flipBit(rig.path('tile/entries/001.p/44'));
    await rig.open().publication.publish();
    assert.equal(await rig.verify(), 300);
  });

  test('a checkpoint states no earlier time, even when the clock was put back', async () => {
    const rig = await published(10);
    rig.nowMs -= 3_600_000;
    const { publication } = rig.open();
    await publication.publish();
    assert.equal(publication.published?.checkpoint.timestamp, 1_800_000_000);
    await rig.verify();
  });
});

describe('of a long log', () => {
  test('no more than the right edge is read at a start, and all of it answers for a tile that differs', async () => {
    const rig = await published(135_000);
    rig.ledger.entriesRead = 0;
    rig.ledger.append(1);
    await rig.open().publication.publish();
    assert.equal(rig.ledger.entriesRead, (135_000 % 65_536) + 1);
    assert.equal(await rig.verify(), 135_001);

    const whole = readFileSync(rig.path('tile/1/001'));
    flipBit(rig.path('tile/1/001'));
    await refusedWith(rig, 'TileMismatch');
    rmSync(rig.path('tile/1/001'));
    await rig.open().publication.publish();
    assert.deepEqual(readFileSync(rig.path('tile/1/001')), whole);

    rig.ledger.entries[134_999] = new TextEncoder().encode('{}');
    await refusedWith(rig, 'Fork');
  });
});

describe('partial files', () => {
  test('of earlier checkpoints stay for whoever is copying the directory, and go later', async () => {
    const rig = new Rig(parent);
    const { publication } = rig.open();
    for (const count of [10, 10, 250]) {
      rig.ledger.append(count);
      await publication.publish();
    }
    assert.deepEqual(readdirSync(rig.path('tile/entries/000.p')), ['10', '20']);
    rig.nowMs += 11 * 60_000;
    await publication.publish();
    assert.deepEqual(readdirSync(rig.path('tile/entries')), ['000', '001.p']);
    await rig.verify();
  });

  test('that a crash has left go as well', async () => {
    const rig = await published(10);
    rig.ledger.append(10);
    const { publication } = rig.open();
    await publication.publish();
    rig.nowMs += 11 * 60_000;
    await publication.publish();
    assert.deepEqual(readdirSync(rig.path('tile/entries/000.p')), ['20']);
  });

  test('are never more than some hundreds', async () => {
    const rig = new Rig(parent);
    const { publication } = rig.open();
    for (let size = 1; size <= 250; size += 1) {
      rig.ledger.append(1);
      await publication.publish();
    }
    const kept = ['entries', '0'].flatMap((level) => readdirSync(rig.path(`tile/${level}/000.p`)));
    assert.ok(kept.length <= 258, `${kept.length} are kept`);
    await rig.verify();
  });
});

test('an empty ledger is published as well: silence is signed', async () => {
  const rig = await published(0);
  assert.equal(await rig.verify(), 0);
});

test('the directory verifies under the witnessed checkpoint however long that stays behind, also after a restart', async () => {
  const rig = await published(70_000);
  const { publication } = rig.open();
  await publication.publish();
  const witnessed = rig.stored ?? '';
  await publication.keepWitnessed(witnessed);
  const logKeys = rig.signer().verifierKeys.trim().split('\n');
  const verify = async (): Promise<void> => {
    const directory = directoryFetch(rig.directory);
    const report = await verifyLog({
      fetch: (path) => directory(path === 'checkpoint' ? 'witnessed/checkpoint' : path),
      keys: { origin: 'log.test', logKeys },
      crypto: nodeCrypto,
    });
    assert.deepEqual([report.problems, report.size], [[], 70_000]);
  };
  for (let step = 0; step < 20; step += 1) {
    rig.ledger.append(20);
    rig.nowMs += 120_000;
    await publication.publish();
  }
  await verify();
  rmSync(rig.path('tile/1/001.p'), { recursive: true });
  rmSync(rig.path('tile/entries/273.p'), { recursive: true, force: true });
  await rig.open().publication.publish();
  await verify();
  await rig.verify();
  const again = rig.open().publication;
  await again.publish();
  await again.keepWitnessed(rig.stored ?? '');
  rig.nowMs += 1_200_000;
  await again.publish();
  assert.ok(!existsSync(rig.path('tile/0/273.p/112')), 'what was kept for the earlier one has gone');
});
