import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type CheckpointConflict, openCheckpoint, parseCheckpoint, parseNote } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { EvidenceFolder } from '../evidence/index.ts';
import { type FileOperations, nodeFileOperations } from '../files/index.ts';
import { type Fault, FaultyFiles } from '../testing/faulty-files.test-kit.ts';
import { History } from '../testing/history.test-kit.ts';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { createWitnessKeys, readWitnessKeys } from './witness-keys.ts';
import { serveWitness } from './witness-server.ts';
import type { TextAnswer } from '../http-server/index.ts';
import { Witness } from './witness.ts';

const main = History.create(300);
const forked = main.fork(5);
const name = 'w.example/1';
const { origin } = main.keys();
const hash = createHash('sha256').update(origin).digest('hex');

interface Opened {
  readonly witness: Witness;
  readonly conflicts: CheckpointConflict[];
  readonly failures: unknown[];
}

async function open(
  folder: string,
  files: FileOperations = nodeFileOperations,
  timeMs = 2e12,
): Promise<Opened> {
  const conflicts: CheckpointConflict[] = [];
  const failures: unknown[] = [];
  const witness = await Witness.open({
    folder,
    keys: readWitnessKeys(folder),
    logs: [main.keys()],
    files,
    timeMs: () => timeMs,
    onConflict: (conflict) => conflicts.push(conflict),
    onFailure: (error) => failures.push(error),
  });
  return { witness, conflicts, failures };
}

/** Whether this answer, added to the checkpoint that was sent, is one that a client would take. */
function isGood(folder: string, note: string, answer: TextAnswer): boolean {
  const witnessKeys = readWitnessKeys(folder).verifierKeys;
  const cosigned = `${note}${answer.body}`;
  const trusted = { ...main.keys(), witnessKeys, witnessQuorum: 1 };
  return answer.status === 200 && openCheckpoint(cosigned, trusted, nodeCrypto).ok;
}

function checkpointIn(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  return text.slice(text.indexOf('\n\n') + 2);
}

describe('a witness', () => {
  test('cosigns growth with both keys, and shows what it has cosigned last', async () => {
    using folder = temporaryFolder();
    createWitnessKeys(folder.path, name);
    const { witness } = await open(folder.path);
    assert.equal(witness.cosigned(hash), undefined);
    for (const [from, to] of [
      [0, 3],
      [3, 3],
      [3, 257],
    ] as const) {
      const body = await main.request(from, to);
      const answer = await witness.add(body);
      assert.ok(isGood(folder.path, checkpointIn(body), answer), answer.body);
      assert.equal(answer.body.split('\n').length, 3);
    }
    const shown = witness.cosigned(hash) ?? '';
    assert.equal(parseCheckpoint(parseNote(shown).text).size, 257);
    const { logKeys } = main.keys();
    const all = [...logKeys, ...readWitnessKeys(folder.path).verifierKeys];
    assert.ok(openCheckpoint(shown, { origin, logKeys: all }, nodeCrypto).ok);
  });

  test('goes on where it was after a restart, with a time that does not go back', async () => {
    using folder = temporaryFolder();
    createWitnessKeys(folder.path, name);
    await (await open(folder.path)).witness.add(await main.request(0, 9));
    const { witness } = await open(folder.path, nodeFileOperations, 1e12);
    const answer = await witness.add(await main.request(0, 20));
    assert.deepEqual([answer.status, answer.type, answer.body], [409, 'text/x.tlog.size', '9\n']);
    const body = await main.request(9, 20);
    const again = await witness.add(body);
    const note = parseNote(`${checkpointIn(body)}${again.body}`);
    const times = note.signatures.slice(-2).map(({ signature }) => Buffer.from(signature).readBigUInt64BE(0));
    assert.deepEqual(times, [2_000_000_000n, 2_000_000_000n]);
  });

  test('keeps a fork and a rollback as evidence, once each, and cosigns neither', async () => {
    using folder = temporaryFolder();
    createWitnessKeys(folder.path, name);
    const { witness, conflicts } = await open(folder.path);
    await witness.add(await main.request(0, 20));
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await witness.add(await forked.request(20, 20))).status, 422);
      assert.equal((await witness.add(await forked.request(20, 30))).status, 422);
      assert.equal((await witness.add(await main.request(9, 9, 1_900_000_000))).status, 409);
    }
    assert.equal(conflicts.length, 6);
    const kept = await new EvidenceFolder(folder.path, nodeFileOperations).list();
    assert.deepEqual(kept.map(({ kind }) => kind).toSorted(), ['fork', 'inconsistent', 'rollback']);
    for (const evidence of kept) {
      for (const note of [evidence.kept, evidence.shown]) {
        assert.ok(openCheckpoint(note, main.keys(), nodeCrypto).ok);
      }
    }
    assert.equal((await witness.add(await main.request(20, 30))).status, 200);
    const shown = await runKeywitness(['witness', 'evidence', '--dir', folder.path]);
    assert.equal(shown.code, 1, shown.stderr);
    assert.match(shown.stdout, /fork: log log\.example\/history, kept 20 entries, shown 20/);
    const json = await runKeywitness(['witness', 'evidence', '--dir', folder.path, '--json']);
    assert.equal(json.stdout.trim().split('\n').length, 3);
  });

  test('is not filled up with bad proofs by whoever has a checkpoint', async () => {
    using folder = temporaryFolder();
    const evidence = new EvidenceFolder(folder.path, nodeFileOperations);
    const kept = main.note(20);
    const outcomes: boolean[] = [];
    for (let size = 21; size < 130; size += 1) {
      outcomes.push(
        await evidence.keep({ kind: 'inconsistent', reason: 'r', kept, shown: main.note(size) }, 0),
      );
    }
    assert.equal(outcomes.filter((isKept) => isKept).length, 100);
    assert.ok(await evidence.keep({ kind: 'fork', reason: 'r', kept, shown: forked.note(20) }, 0));
  });

  test('takes one of two that race, whatever they wait for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 4, maxLength: 12 }), async (delays) => {
        using folder = temporaryFolder();
        createWitnessKeys(folder.path, name);
        let turn = 0;
        const slowly = async <Value>(work: Promise<Value>): Promise<Value> => {
          turn += 1;
          for (let left = delays[turn % delays.length] ?? 0; left > 0; left -= 1) {
            await new Promise(setImmediate);
          }
          return work;
        };
        const real = nodeFileOperations;
        const { witness } = await open(folder.path, {
          ...real,
          write: (path, bytes) => slowly(real.write(path, bytes)),
          rename: (from, to) => slowly(real.rename(from, to)),
        });
        await witness.add(await main.request(0, 9));
        const [forkedAt9] = [await forked.request(9, 30)];
        const requests = [
          await main.request(9, 20),
          await main.request(9, 30),
          forkedAt9,
          await main.request(9, 9),
        ];
        const answers = await Promise.all(requests.map((request) => witness.add(request)));
        const statuses = answers.map(({ status }) => status);
        assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join());
        assert.deepEqual(statuses, [200, 409, 409, 409]);
      }),
      { numRuns: 8 },
    );
  });
});

describe('the state of a witness', () => {
  test('survives a failure at any operation: no two cosignatures contradict each other', async () => {
    using folder = temporaryFolder();
    let runs = 0;
    const run = async (fault?: Fault): Promise<FaultyFiles> => {
      runs += 1;
      const place = folder.file(`w-${runs}`);
      createWitnessKeys(place, name);
      const faulty = new FaultyFiles(fault);
      const cosigned: { size: number; isFork: boolean }[] = [];
      let witness = await reopen(place, faulty.operations, fault);
      for (const [history, sizes] of [
        [main, [3, 9]],
        [forked, [9, 30]],
        [main, [20]],
      ] as const) {
        for (const size of sizes) {
          for (let attempt = 0; attempt < 4; attempt += 1) {
            const latest = witness.logs()[0]?.latest?.size ?? 0;
            const answer = await witness.add(await history.request(latest, Math.max(latest, size)));
            const isCosigned = answer.status === 200;
            if (isCosigned) cosigned.push({ size: Math.max(latest, size), isFork: history === forked });
            if (isCosigned || answer.status === 422) break;
            assert.ok(faulty.hasFailed);
            if (fault?.dies === true) witness = await reopen(place, nodeFileOperations, undefined);
          }
        }
      }
      assert.ok(
        cosigned.every(({ size, isFork }) => size <= 5 || !isFork),
        JSON.stringify(cosigned),
      );
      assert.ok(cosigned.some(({ size }) => size === 20));
      const again = await reopen(place, nodeFileOperations, undefined);
      assert.equal(again.logs()[0]?.latest?.size, 20);
      assert.ok(openCheckpoint(again.cosigned(hash) ?? '', main.keys(), nodeCrypto).ok);
      return faulty;
    };
    const { possibleFaults } = await run();
    assert.ok(possibleFaults.length > 50, `only ${possibleFaults.length} failures are possible`);
    for (const dies of [false, true]) {
      for (const fault of possibleFaults) assert.ok((await run({ ...fault, dies })).hasFailed);
    }
  });

  /** A start that fails is tried again, as a supervisor does. */
  async function reopen(place: string, files: FileOperations, fault: Fault | undefined): Promise<Witness> {
    try {
      return (await open(place, files)).witness;
    } catch (error) {
      assert.ok(
        fault !== undefined && error instanceof Error && 'code' in error && error.code === 'EIO',
        String(error),
      );
      return (await open(place, fault.dies ? nodeFileOperations : files)).witness;
    }
  }

  test('that was altered or lost is refused at the start, not taken for a first start', async () => {
    using folder = temporaryFolder();
    createWitnessKeys(folder.path, name);
    await (await open(folder.path)).witness.add(await main.request(0, 9));
    const path = join(folder.path, 'logs', hash, 'checkpoint');
    const whole = readFileSync(path);
    const changes: readonly Buffer[] = [
      ...[0, 20, 40, 100, 3000, whole.length - 10].map((offset) => {
        const changed = Buffer.from(whole);
        changed[offset] = (changed[offset] ?? 0) ^ 1;
        return changed;
      }),
      whole.subarray(0, whole.length / 2),
      Buffer.alloc(0),
      Buffer.from(main.note(9)),
      Buffer.from(forked.note(9)),
    ];
    for (const changed of changes) {
      writeFileSync(path, changed);
      await assert.rejects(open(folder.path), { name: 'Failure', code: 'could-not' });
    }
    rmSync(path);
    await assert.rejects(open(folder.path), /is lost/);
    writeFileSync(path, whole);
    await open(folder.path);
    const keyFile = folder.file('log.vkey');
    writeFileSync(keyFile, `${main.verifierKeys().join('\n')}\n`);
    writeFileSync(path, 'garbage');
    const served = await runKeywitness(['witness', 'serve', '--dir', folder.path, '--log-key', keyFile]);
    assert.equal(served.code, 2);
    assert.match(served.stderr, /is not one that this witness has written/);
  });

  test('has keys that are made once, and that only their owner can read', async () => {
    using folder = temporaryFolder();
    const made = await runKeywitness(['witness', 'init', '--dir', folder.path, '--name', name]);
    assert.equal(made.code, 0, made.stderr);
    assert.deepEqual(made.stdout.trim().split('\n'), readWitnessKeys(folder.path).verifierKeys);
    assert.equal((await runKeywitness(['witness', 'init', '--dir', folder.path, '--name', name])).code, 2);
    const bad = await runKeywitness(['witness', 'init', '--dir', folder.file('b'), '--name', 'a b']);
    assert.equal(bad.code, 64);
    assert.ok(!readdirSync(folder.path).includes('b'));
  });
});

describe('a witness over HTTP', () => {
  test('answers with the statuses of tlog-witness, and has limits', async () => {
    using folder = temporaryFolder();
    createWitnessKeys(folder.path, name);
    const { witness } = await open(folder.path);
    const server = await serveWitness({ witness, host: '127.0.0.1', port: 0, requestsPerSecond: 2 });
    const url = `http://127.0.0.1:${server.port}`;
    const ask = async (
      path: string,
      body?: Uint8Array | string,
    ): Promise<readonly [number, string | null, string]> => {
      const response = await fetch(`${url}${path}`, body === undefined ? {} : { method: 'POST', body });
      return [response.status, response.headers.get('content-type'), await response.text()];
    };
    assert.equal((await ask(`/${hash}/checkpoint`))[0], 404);
    assert.equal((await ask('/add-checkpoint'))[0], 405);
    assert.equal((await ask('/add-checkpoint', 'nonsense'))[0], 400);
    const request = await main.request(0, 9);
    const [status, , lines] = await ask('/add-checkpoint', request);
    assert.equal(status, 200);
    assert.ok(isGood(folder.path, checkpointIn(request), { status, type: '', body: lines }));
    assert.deepEqual(await ask('/add-checkpoint', request), [409, 'text/x.tlog.size', '9\n']);
    assert.equal((await ask('/add-checkpoint', Buffer.alloc(70_000)).catch(() => [413]))[0], 413);
    assert.equal((await ask(`/${hash}/checkpoint`))[0], 200);
    assert.equal((await ask(`/${hash.toUpperCase()}/checkpoint`))[0], 404);
    assert.match((await ask('/health'))[2], /"size":9/);
    const burst = await Promise.all(Array.from({ length: 12 }, () => ask('/add-checkpoint', request)));
    assert.ok(
      burst.some(([code]) => code === 429),
      'a flood is pushed back',
    );
    await server.stop();
  });

  test('is one process to a folder', async () => {
    using folder = temporaryFolder();
    createWitnessKeys(folder.path, name);
    const { withLockedFolder } = await import('../files/index.ts');
    await withLockedFolder(folder.path, async () => {
      await assert.rejects(
        withLockedFolder(folder.path, () => Promise.resolve()),
        /another process uses/,
      );
      const keyFile = folder.file('log.vkey');
      writeFileSync(keyFile, `${main.verifierKeys().join('\n')}\n`);
      const run = await runKeywitness(['witness', 'serve', '--dir', folder.path, '--log-key', keyFile]);
      assert.equal(run.code, 2);
    });
    await withLockedFolder(folder.path, () => Promise.resolve());
  });
});
