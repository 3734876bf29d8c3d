import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCheckpoint, parseCheckpoint, parseNote } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { WitnessPolicy } from './ports.ts';
import { SampleLog, SampleWitness } from './sample-witness.test-model.ts';
import { checkWithWitnesses } from './start-check.ts';
import { Witnessing } from './witnessing.ts';

const waitMsMax = 20_000;

function policyOf(log: SampleLog, witnesses: readonly SampleWitness[], witnessQuorum: number): WitnessPolicy {
  return {
    endpoints: witnesses.map(({ url, vkey }) => ({ url, vkeys: [vkey] })),
    trusted: { ...log.keys, witnessKeys: witnesses.map(({ vkey }) => vkey), witnessQuorum },
  };
}

interface Bench extends AsyncDisposable {
  readonly log: SampleLog;
  readonly witnesses: readonly SampleWitness[];
  readonly witnessing: Witnessing;
  readonly troubles: string[];
  readonly fatal: Error[];
  readonly quorums: boolean[];
  /** Moves the clock. */
  readonly pass: (ms: number) => void;
  /** The log is published with so many entries. */
  readonly publish: (size: number) => void;
}

/** Witnesses on loopback; time moves when the test says so. */
async function bench(
  count: number,
  quorum: number,
  prepare?: (witnesses: readonly SampleWitness[]) => void,
): Promise<Bench> {
  const log = new SampleLog('main');
  const made = Array.from({ length: count }, (_, index) => new SampleWitness(`w.test/${index}`, log));
  const witnesses = await Promise.all(made.map((witness) => witness.start()));
  prepare?.(witnesses);
  const told = { troubles: new Array<string>(), fatal: new Array<Error>(), quorums: new Array<boolean>() };
  let nowMs = 0;
  let tasks: { readonly dueMs: number; readonly task: () => void }[] = [];
  const witnessing = new Witnessing({
    policy: policyOf(log, witnesses, quorum),
    log,
    intervalMs: 1000,
    timeoutMs: 60_000,
    nowMs: () => nowMs,
    schedule: (delayMs, task) => void tasks.push({ dueMs: nowMs + delayMs, task }),
    onWitnessed: () => undefined,
    onQuorum: (isMissing) => told.quorums.push(isMissing),
    onTrouble: (message) => told.troubles.push(message),
    onFatal: (error) => told.fatal.push(error),
  });
  return {
    log,
    witnesses,
    witnessing,
    ...told,
    pass(ms) {
      nowMs += ms;
      const due = tasks.filter(({ dueMs }) => dueMs <= nowMs);
      tasks = tasks.filter(({ dueMs }) => dueMs > nowMs);
      for (const { task } of due) task();
    },
    publish(size) {
      log.grow(size);
      witnessing.published();
    },
    async [Symbol.asyncDispose]() {
      await witnessing.stop();
      for (const witness of witnesses) await witness[Symbol.asyncDispose]();
    },
  };
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const endMs = performance.now() + waitMsMax; !isSo();) {
    assert.ok(performance.now() < endMs, what);
    await new Promise(setImmediate);
  }
}

function keptSize({ log }: Bench): number {
  const note = log.kept.at(-1);
  return note === undefined ? -1 : parseCheckpoint(parseNote(note).text).size;
}

describe('cosignatures', { timeout: 60_000 }, () => {
  test('of a quorum are kept with the checkpoint, and those that come late are added', async () => {
    await using the = await bench(3, 2);
    the.publish(5);
    await until(() => the.log.kept.length === 2, 'two and then three have cosigned');
    const trusted = { ...policyOf(the.log, the.witnesses, 3).trusted };
    assert.ok(openCheckpoint(the.log.kept.at(-1) ?? '', trusted, nodeCrypto).ok);
    assert.equal(keptSize(the), 5);
  });

  test('are asked for at most once in the interval, and of the newest checkpoint', async () => {
    await using the = await bench(1, 1);
    const [witness] = the.witnesses;
    the.publish(1);
    await until(() => keptSize(the) === 1, 'the first');
    for (const size of [2, 3, 4, 300]) the.publish(size);
    assert.equal(witness?.requests, 1);
    the.pass(1000);
    await until(() => keptSize(the) === 300, 'the newest');
    assert.equal(witness?.requests, 2);
  });

  test('of the others come when one hangs or fails, and it is left alone for a while', async () => {
    await using the = await bench(4, 2, (witnesses) => {
      for (const [index, manner] of (['hangs', 'fails'] as const).entries()) {
        const witness = witnesses[index];
        if (witness !== undefined) witness.manner = manner;
      }
    });
    for (const size of [5, 10, 20]) {
      the.publish(size);
      the.pass(1000);
      await until(() => keptSize(the) === size, `quorum at ${size}`);
    }
    const [hung, failing] = the.witnesses;
    assert.equal(hung?.requests, 1);
    assert.ok((failing?.requests ?? 0) <= 3);
    assert.equal(the.troubles.filter((line) => line.includes(failing?.url ?? '?')).length, 1);
    if (failing !== undefined) failing.manner = 'honest';
    the.pass(60_000);
    await until(() => failing?.size === 20, 'it is asked again');
  });

  test('are got of a witness that knows other sizes than expected', async () => {
    await using the = await bench(1, 1, ([witness]) => witness?.believe(new SampleLog('main'), 0));
    const [witness] = the.witnesses;
    witness?.believe(the.log, 3);
    the.publish(9);
    await until(() => keptSize(the) === 9, 'resynchronised by 409');
    assert.equal(witness?.requests, 2);
  });

  test('that are bad are not counted', async () => {
    await using the = await bench(1, 1, ([witness]) => {
      if (witness !== undefined) witness.manner = 'cosigns another';
    });
    the.publish(9);
    await until(() => the.troubles.length > 0, 'it is told of');
    assert.match(the.troubles.join(), /its cosignature is not good/);
    assert.equal(keptSize(the), -1);
  });

  test('that are missing for long are told of loudly, and so is that they are back', async () => {
    await using the = await bench(2, 2, ([witness]) => {
      if (witness !== undefined) witness.manner = 'fails';
    });
    the.publish(3);
    await until(() => the.troubles.length === 1, 'the witness fails');
    for (let passedMs = 0; passedMs < 100_000; passedMs += 5000) the.pass(5000);
    assert.ok(the.quorums.includes(true));
    assert.equal(the.troubles.filter((line) => line.startsWith('NO QUORUM')).length, 1);
    const [witness] = the.witnesses;
    if (witness !== undefined) witness.manner = 'honest';
    await until(() => {
      the.pass(5000);
      return keptSize(the) === 3;
    }, 'the quorum is back');
    assert.equal(the.quorums.at(-1), false);
    assert.match(the.troubles.join('\n'), /a quorum of witnesses cosigns again/);
  });
});

describe('a witness that has seen more', { timeout: 60_000 }, () => {
  test('and shows it stops the log; one that only says so does not', async () => {
    for (const [manner, isFatal] of [
      ['honest', true],
      ['secretive', false],
      ['lies', false],
    ] as const) {
      await using the = await bench(1, 1);
      const [witness] = the.witnesses;
      witness?.believe(the.log, 50);
      if (witness !== undefined) witness.manner = manner;
      if (manner === 'lies') witness?.believe(the.log, 2);
      the.publish(9);
      await until(() => the.fatal.length + the.troubles.length > 0, manner);
      assert.equal(the.fatal.length, isFatal ? 1 : 0, `${manner}: ${the.troubles.join()}`);
      if (isFatal) assert.match(the.fatal.join(), /has cosigned `50` entries .* the store knows `9`/);
    }
  });

  test('stops the log also when it has seen another tree of the same size, or a smaller one', async () => {
    for (const size of [9, 5]) {
      await using the = await bench(1, 1);
      the.witnesses[0]?.believe(the.log.forked(), size);
      the.publish(9);
      await until(() => the.fatal.length > 0, `a fork of ${size}`);
      assert.match(the.fatal.join(), /another history/);
    }
  });
});

describe('at a start', { timeout: 60_000 }, () => {
  async function check(
    prepare: (witnesses: readonly SampleWitness[], log: SampleLog) => void,
    answersMin = 0,
  ): Promise<readonly string[]> {
    await using the = await bench(3, 2);
    prepare(the.witnesses, the.log);
    const troubles: string[] = [];
    await checkWithWitnesses({
      policy: policyOf(the.log, the.witnesses, 2),
      stored: the.log.at(9).note,
      timeoutMs: 300,
      answersMin,
      onTrouble: (message) => troubles.push(message),
    });
    return troubles;
  }

  test('witnesses that know of as much or less are content', async () => {
    const troubles = await check(([first, second], log) => {
      first?.believe(log, 9);
      second?.believe(log, 4);
    });
    assert.deepEqual(troubles, []);
  });

  test('one that knows of more, or of another tree, refuses it', async () => {
    await assert.rejects(
      check(([, , third], log) => third?.believe(log, 10)),
      { code: 'Rollback' },
    );
    await assert.rejects(
      check(([first], log) => first?.believe(log.forked(), 9)),
      { code: 'Fork' },
    );
  });

  test('one that hangs or fails is told of, and counts as no answer', async () => {
    const prepare = ([first, second]: readonly SampleWitness[]): void => {
      if (first !== undefined) first.manner = 'hangs';
      if (second !== undefined) second.manner = 'fails';
    };
    assert.equal((await check(prepare)).length, 2);
    assert.equal((await check(prepare, 1)).length, 2);
    await assert.rejects(check(prepare, 2), { code: 'Unwitnessed' });
  });
});
