import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addSignatures, cosign, parseNote } from '@keywitness/log';
import { testEvent, testEventId, TestLog } from '../testing/log-folder.test-kit.ts';
import { runKeywitness, runKeywitnessAlone, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';
import { createWitnessKeys } from '../witness/index.ts';

const entries = 600;

function writeLog(folder: string): TestLog {
  const log = new TestLog();
  for (let entry = 0; entry < entries; entry += 1) log.append(testEvent(entry));
  log.writeTo(folder);
  return log;
}

function flipByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  writeFileSync(file, bytes);
}

test('a whole log is verified from its folder and its keys', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  const run = await runKeywitness(['log', 'verify', 'log', '--key', 'log.vkey'], { cwd: folder.path });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^log {9}log\.example\/test$/m);
  assert.match(run.stdout, /^checkpoint {2}600 entries, root [0-9a-f]{64}$/m);
  assert.match(run.stdout, /^signed {6}log\.example\/test, key [0-9a-f]{8}, Ed25519$/m);
  assert.match(run.stdout, /^signed .*, ML-DSA-44 with a time: 2027-01-15T08:00:00\.000Z$/m);
  assert.match(run.stdout, /^VERIFIED /m);
});

test('one flipped byte of an entry fails, and the entry and its bytes are named', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  flipByte(folder.file('log/tile/entries/001'), 100);
  const verify = ['log', 'verify', 'log', '--key', 'log.vkey'];
  const run = await runKeywitnessAlone(verify, { cwd: folder.path });
  assert.equal(run.code, 1);
  assert.match(run.stdout, /entry-altered: `tile\/entries\/001` bytes 0\.\.\d+ \(entry 256\)/);
  assert.match(run.stdout, /^FAILED /m);
  assert.doesNotMatch(run.stdout, /VERIFIED/);
});

test('a tile, a checkpoint or a file that is gone fails as well', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  const tamperings: readonly ((copy: string) => void)[] = [
    (copy) => flipByte(join(copy, 'tile/0/000'), 33),
    (copy) => flipByte(join(copy, 'checkpoint'), 20),
    (copy) => rmSync(join(copy, 'tile/entries/000')),
    (copy) => rmSync(join(copy, 'checkpoint')),
  ];
  for (const tamper of tamperings) {
    rmSync(folder.file('copy'), { recursive: true, force: true });
    cpSync(folder.file('log'), folder.file('copy'), { recursive: true });
    tamper(folder.file('copy'));
    const run = await runKeywitness(['log', 'verify', folder.file('copy'), '--key', folder.file('log.vkey')]);
    assert.equal(run.code, 1, `${String(tamper)}: ${run.stdout}${run.stderr}`);
  }
});

test('a log that was rolled back is told by the checkpoint that was kept', async () => {
  using folder = temporaryFolder();
  const log = writeLog(folder.path);
  cpSync(folder.file('log'), folder.file('old'), { recursive: true });
  log.append(testEvent(entries)).writeTo(folder.path);
  const verify = ['log', 'verify', 'log', '--key', 'log.vkey'];
  const kept = await runKeywitness([...verify, '--save', 'kept'], { cwd: folder.path });
  assert.equal(kept.code, 0, kept.stderr);
  const extended = await runKeywitness([...verify, '--trusted', 'kept'], { cwd: folder.path });
  assert.equal(extended.code, 0, extended.stdout);
  assert.match(extended.stdout, /extends the trusted checkpoint of 601 entries/);
  const old = ['log', 'verify', 'old', '--key', 'log.vkey'];
  assert.equal((await runKeywitness(old, { cwd: folder.path })).code, 0);
  const rolledBack = await runKeywitness([...old, '--trusted', 'kept'], { cwd: folder.path });
  assert.equal(rolledBack.code, 1);
  assert.match(rolledBack.stdout, /rollback: the log had `601` entries before and has `600` now/);
});

test('a log that was rolled back, or has forked, is told by what was remembered', async () => {
  using folder = temporaryFolder();
  const log = writeLog(folder.path);
  const options = { cwd: folder.path, env: { KEYWITNESS_STATE_DIR: folder.file('state') } };
  cpSync(folder.file('log'), folder.file('old'), { recursive: true });
  log.append(testEvent(entries)).writeTo(folder.path);
  const first = await runKeywitness(['log', 'verify', 'log', '--key', 'log.vkey'], options);
  assert.equal(first.code, 0, first.stderr);
  const old = ['log', 'verify', 'old', '--key', 'log.vkey'];
  const second = await runKeywitness(old, options);
  assert.equal(second.code, 1);
  assert.match(second.stdout, /rollback: the log had `601` entries before and has `600` now/);
  assert.equal((await runKeywitness([...old, '--no-memory'], options)).code, 0);
  const again = await runKeywitness(['log', 'verify', 'log', '--key', 'log.vkey'], options);
  assert.match(again.stdout, /extends the trusted checkpoint of 601 entries/);
  // The remembered checkpoint is a file like others: what is not signed is not believed.
  const [name = ''] = readdirSync(folder.file('state/checkpoints'));
  writeFileSync(folder.file(`state/checkpoints/${name}`), 'nonsense');
  assert.equal((await runKeywitness(old, options)).code, 2);
});

test('a checkpoint that is named and the one that is remembered are both held against the log', async () => {
  using folder = temporaryFolder();
  const log = writeLog(folder.path);
  const options = { cwd: folder.path, env: { KEYWITNESS_STATE_DIR: folder.file('state') } };
  const verify = ['log', 'verify', 'log', '--key', 'log.vkey'];
  const another = log.fork();
  another.append(testEvent(1));
  log.append(testEvent(2));
  writeFileSync(folder.file('other-601'), another.checkpoint());
  writeFileSync(folder.file('own-601'), log.checkpoint());
  log.append(testEvent(3)).append(testEvent(4)).writeTo(folder.path);
  assert.equal((await runKeywitness(verify, options)).code, 0);
  const held = await runKeywitness([...verify, '--previous', 'own-601'], options);
  assert.equal(held.code, 0, held.stdout);
  assert.match(held.stdout, /trusted checkpoint of 601 entries/);
  assert.match(held.stdout, /trusted checkpoint of 603 entries/);
  const forked = await runKeywitness([...verify, '--previous', 'other-601'], options);
  assert.equal(forked.code, 1, 'somebody was shown another log, and what is remembered does not hide it');
  assert.match(forked.stdout, /the first `601` entries are not those of the trusted checkpoint/);
});

test('a log whose witnesses are a little behind has not gone back, and one whose witnesses go back has', async () => {
  using folder = temporaryFolder();
  const witness = createWitnessKeys(folder.file('w'), 'w.example/w');
  writeFileSync(folder.file('w.vkey'), witness.verifierKeys.join('\n'));
  const log = writeLog(folder.path);
  const witnessed = (): string => {
    const note = log.checkpoint();
    return addSignatures(
      note,
      cosign(
        parseNote(note).text,
        witness.signers(() => 1.8e9),
      ),
    );
  };
  mkdirSync(folder.file('log/witnessed'));
  const publish = (note: string): void => writeFileSync(folder.file('log/witnessed/checkpoint'), note);
  const before = witnessed();
  publish(before);
  log.append(testEvent(entries)).writeTo(folder.path);
  const options = { cwd: folder.path, env: { KEYWITNESS_STATE_DIR: folder.file('state') } };
  const verify = ['log', 'verify', 'log', '--key', 'log.vkey'];
  const asking = [...verify, '--witness', 'w.vkey'];
  assert.match((await runKeywitness(verify, options)).stdout, /^checkpoint {2}601 /m);
  const behind = await runKeywitness(asking, options);
  assert.equal(behind.code, 0, behind.stdout);
  assert.match(behind.stdout, /^checkpoint {2}600 /m);
  publish(witnessed());
  assert.equal((await runKeywitness(asking, options)).code, 0);
  publish(before);
  const back = await runKeywitness(asking, options);
  assert.match(back.stdout, /rollback: the log had `601` entries before and has `600` now/);
});

test('keys of another log do not verify it', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  writeFileSync(folder.file('other.vkey'), new TestLog().verifierKeys());
  const run = await runKeywitness(['log', 'verify', 'log', '--key', 'other.vkey'], { cwd: folder.path });
  assert.equal(run.code, 1);
  assert.match(run.stdout, /checkpoint: /);
});

test('what cannot be read is another exit code than what does not hold', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  writeFileSync(folder.file('no.vkey'), 'no key\n');
  const cases: readonly (readonly string[])[] = [
    ['verify', 'nowhere', '--key', 'log.vkey'],
    ['verify', 'log', '--key', 'nowhere'],
    ['verify', 'log', '--key', 'no.vkey'],
    ['verify', 'log', '--key', 'log.vkey', '--trusted', 'log.vkey'],
    ['verify', 'http://127.0.0.1:1/log', '--key', 'log.vkey'],
    ['check', 'log.vkey', '--key', 'log.vkey'],
    ['prove', '600', '--log', 'log'],
    ['prove', testEventId(600), '--log', 'log'],
  ];
  for (const args of cases) {
    const run = await runKeywitness(['log', ...args], { cwd: folder.path });
    assert.equal(run.code, 2, `${args.join(' ')}: ${run.stdout}${run.stderr}`);
  }
});

test('an entry is proven from a copy of the log, by id or index, and the proof alone is enough to check it', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  for (const name of ['0', '599', testEventId(300)]) {
    const proof = await runKeywitness(['log', 'prove', name, '--log', 'log'], { cwd: folder.path });
    assert.equal(proof.code, 0, proof.stderr);
    writeFileSync(folder.file('proof.txt'), proof.stdout);
    const run = await runKeywitness(['log', 'check', 'proof.txt', '--key', 'log.vkey'], { cwd: folder.path });
    assert.equal(run.code, 0, run.stdout);
    const entry = name.length > 3 ? 300 : Number(name);
    assert.match(run.stdout, new RegExp(`^PROVEN {6}entry ${entry} of this log`, 'm'));
    assert.match(run.stdout, new RegExp(`actor\\.name +user-${entry}$`, 'm'));
  }
});

test('a proof whose entry, index, path or checkpoint was altered proves nothing', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  const made = await runKeywitness(['log', 'prove', '300', '--log', 'log', '--out', 'proof.txt'], {
    cwd: folder.path,
  });
  assert.equal(made.code, 0, made.stderr);
  const lines = readFileSync(folder.file('proof.txt'), 'utf8').split('\n');
  const forged = Buffer.from(JSON.stringify(testEvent(301))).toString('base64');
  const changes: readonly ((line: string, at: number) => string)[] = [
    (line, at) => (at === 1 ? `extra ${forged}` : line),
    (line, at) => (at === 2 ? 'index 301' : line),
    (line, at) => (at === 3 ? 'A'.repeat(43).concat('=') : line),
    (line) => (line === '600' ? '599' : line),
  ];
  for (const change of changes) {
    const altered = lines.map(change);
    assert.notDeepEqual(altered, lines);
    writeFileSync(folder.file('altered.txt'), altered.join('\n'));
    const run = await runKeywitness(['log', 'check', 'altered.txt', '--key', 'log.vkey'], {
      cwd: folder.path,
    });
    assert.equal(run.code, 1, `${String(change)}: ${run.stdout}${run.stderr}`);
    assert.match(run.stdout, /^FAILED {6}nothing is proven/m);
  }
});

test('a proof from the service carries the event and is checked without the service', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  const fromLog = await runKeywitness(['log', 'prove', '300', '--log', 'log'], { cwd: folder.path });
  const withoutEntry = fromLog.stdout.replace(/^extra .*\n/m, '');
  const event = {
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    requestId: 'r',
    revision: 0,
  };
  const leaf = Buffer.from(JSON.stringify(testEvent(300))).toString('base64');
  await using stub = await startStubService(({ path }) => ({
    body: path.endsWith('/proof')
      ? withoutEntry
      : { index: 300, event: { ...testEvent(300), ...event }, leaf },
  }));
  const args = ['log', 'prove', testEventId(300)];
  const run = await runKeywitness(args, { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stdout, fromLog.stdout);
  assert.deepEqual(
    stub.requests.map(({ path }) => path),
    [`/v1/events/${testEventId(300)}`, `/v1/events/${testEventId(300)}/proof`],
  );
});

test('a log is verified over HTTP, and with signed requests when it is the one of the service', async () => {
  using folder = temporaryFolder();
  writeLog(folder.path);
  await using stub = await startStubService(({ path }) => {
    const file = folder.file(path.replace(/^\/(mirror|log)\//, 'log/'));
    try {
      return { body: readFileSync(file) };
    } catch {
      return { status: 404, body: 'none' };
    }
  });
  const endpoint = stub.env['KEYWITNESS_ENDPOINT'] ?? '';
  const key = ['--key', folder.file('log.vkey')];
  const mirror = await runKeywitness(['log', 'verify', `${endpoint}/mirror`, ...key], { env: stub.env });
  assert.equal(mirror.code, 0, mirror.stdout);
  assert.ok(stub.requests.every(({ authorization }) => authorization === ''));
  const before = stub.requests.length;
  const own = await runKeywitness(['log', 'verify', `${endpoint}/log`, ...key], { env: stub.env });
  assert.equal(own.code, 0, own.stdout);
  const signed = stub.requests.slice(before);
  assert.ok(signed.length > 0);
  assert.ok(signed.every(({ authorization }) => authorization.startsWith('AWS4-HMAC-SHA256 ')));
});

test('the index over a log is computed again, and another statement than the right one fails', async () => {
  using folder = temporaryFolder();
  const log = writeLog(folder.path);
  const verify = ['log', 'verify-index', 'log', '--key', 'log.vkey'];
  const none = await runKeywitness(verify, { cwd: folder.path });
  assert.deepEqual([none.code, /there is no `index`/.test(none.stdout)], [1, true]);
  writeFileSync(folder.file('log/index'), log.indexCheckpoint());
  const whole = await runKeywitness(verify, { cwd: folder.path });
  assert.equal(whole.code, 0, whole.stdout);
  assert.match(whole.stdout, /^index {7}600 entries, 1 subjects$/m);
  assert.match(whole.stdout, /^VERIFIED /m);
  log.append(testEvent(entries)).writeTo(folder.path);
  writeFileSync(folder.file('log/index'), log.indexCheckpoint(new Uint8Array(32)));
  const wrong = await runKeywitness(verify, { cwd: folder.path });
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.stdout,
    /problem {5}the first `601` entries do not lead to what the index checkpoint states/,
  );
});
