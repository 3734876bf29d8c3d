import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openCheckpoint, parseCheckpoint, parseLogKeys, parseNote, type TrustedKeys } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { keywitness, policyOf, type RunningWitness, serveWitness, startWitness } from './running-witness.ts';

const flags = [
  '--public-log',
  '--front-threads',
  '1',
  '--publish-interval-ms',
  '100',
  '--witness-interval-ms',
  '100',
];
const waitMsMax = 60_000;
const pollMs = 20;

/** Reads until something is so; the deadline makes a test fail that would otherwise hang. */
async function until<Value>(look: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (const endMs = performance.now() + waitMsMax; ;) {
    const value = await look();
    if (isSo(value)) return value;
    assert.ok(performance.now() < endMs, `still not so: ${JSON.stringify(value)}`);
    await new Promise((wake) => setTimeout(wake, pollMs));
  }
}

async function read(server: RunningServer, path: string): Promise<string | undefined> {
  const response = await fetch(`${server.endpoint}/log/${path}`);
  const body = await response.text();
  return response.status === 200 ? body : undefined;
}

function sizeOf(note: string | undefined): number {
  return note === undefined ? -1 : parseCheckpoint(parseNote(note).text).size;
}

/** Makes events: what nobody may is recorded as well. */
async function attempt(server: RunningServer, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await (await fetch(`${server.endpoint}/nothing-${index}`)).text();
  }
}

async function witnessed(server: RunningServer, size: number): Promise<string> {
  const note = await until(
    () => read(server, 'witnessed/checkpoint'),
    (found) => sizeOf(found) >= size,
  );
  assert.ok(note !== undefined);
  return note;
}

/** A server has to have made its keys before a witness can be told of them. */
async function logKeyOf(data: string): Promise<string> {
  await using server = await startServer(data, flags);
  assert.equal(await server.stop(), 0);
  return join(data, 'log.vkey');
}

function trusting(logKey: string, witnesses: readonly RunningWitness[], witnessQuorum: number): TrustedKeys {
  return {
    ...parseLogKeys(readFileSync(logKey, 'utf8')),
    witnessKeys: witnesses.flatMap(({ verifierKeys }) => verifierKeys),
    witnessQuorum,
  };
}

/** The folder verifies with a quorum of two, and so does a mirror of it; a quorum of three was not there. */
async function checkOffline(
  folder: string,
  logKey: string,
  witnesses: readonly RunningWitness[],
): Promise<void> {
  const state = join(folder, 'state');
  const keys = ['--key', logKey, '--witness', ...witnesses.map((one) => join(one.folder, 'witness.vkey'))];
  const trust = [...keys, '--quorum', '2'];
  const log = join(folder, 'data', 'log');
  const verified = await keywitness(['log', 'verify', log, ...trust], state);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  assert.match(verified.stdout, /cosigned {4}w\.example\/1/);
  const copy = join(folder, 'copy');
  const mirrored = await keywitness(['mirror', '--log', log, '--to', copy, '--once', ...trust], state);
  assert.equal(mirrored.code, 0, mirrored.stdout + mirrored.stderr);
  const copied = await keywitness(['log', 'verify', copy, ...trust], state);
  assert.equal(copied.code, 0, copied.stdout + copied.stderr);
  const strict = await keywitness(['log', 'verify', log, ...keys], state);
  assert.equal(strict.code, 1, 'not all three have cosigned');
  for (const one of witnesses.slice(0, 2)) {
    const evidence = await keywitness(['witness', 'evidence', '--dir', one.folder], state);
    assert.equal(evidence.code, 0, evidence.stdout);
  }
}

describe('a server with three witnesses and a quorum of two', { timeout: 300_000 }, () => {
  test('serves what two have cosigned, also while one hangs, and says so while two are gone', async () => {
    await using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const logKey = await logKeyOf(data);
    await using first = await startWitness('w.example/1', logKey);
    await using second = await startWitness('w.example/2', logKey);
    await using third = await startWitness('w.example/3', logKey);
    const witnesses = [first, second, third];
    const policy = join(folder.path, 'policy');
    writeFileSync(policy, policyOf(witnesses, 2));
    await using server = await startServer(data, [...flags, '--witnesses', policy]);
    const trusted = trusting(logKey, witnesses, 2);

    await attempt(server, 3);
    const size = sizeOf(await read(server, 'checkpoint'));
    const note = await witnessed(server, size);
    assert.ok(openCheckpoint(note, trusted, nodeCrypto).ok);
    assert.ok(!openCheckpoint((await read(server, 'checkpoint')) ?? '', trusted, nodeCrypto).ok);

    // One takes requests and never answers; two are enough, and publishing does not notice.
    third.process.kill('SIGSTOP');
    await attempt(server, 3);
    const newest = await until(
      () => read(server, 'checkpoint'),
      (found) => sizeOf(found) >= size + 3,
    );
    assert.ok(openCheckpoint(await witnessed(server, sizeOf(newest)), trusted, nodeCrypto).ok);

    // With another one dead there is no quorum: the log goes on, the witnessed checkpoint stays.
    await second.stop('SIGKILL');
    const before = sizeOf(await read(server, 'witnessed/checkpoint'));
    await attempt(server, 3);
    await until(
      () => read(server, 'checkpoint'),
      (found) => sizeOf(found) >= sizeOf(newest) + 3,
    );
    await until(
      async () => [...server.lines],
      (lines) => lines.some((line) => line.includes(`\`${second.url}\` does not cosign`)),
    );
    assert.ok(sizeOf(await read(server, 'witnessed/checkpoint')) - before <= 3);

    // It comes back where it was, on the same port, and the quorum with it.
    await using again = await serveWitness(second.folder, logKey, Number(new URL(second.url).port));
    const back = await witnessed(server, sizeOf(newest) + 3);
    assert.ok(openCheckpoint(back, trusted, nodeCrypto).ok);
    const metrics = await (await fetch(`${server.endpoint}/metrics`)).text();
    assert.match(metrics, /^keywitness_log_witnessed_entries [1-9]/m);
    assert.equal(again.url, second.url);
    assert.equal(await server.stop(), 0);

    await checkOffline(folder.path, logKey, witnesses);
  });

  test('proofs carry the cosignatures', async () => {
    await using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const logKey = await logKeyOf(data);
    await using witness = await startWitness('w.example/1', logKey);
    const policy = join(folder.path, 'policy');
    writeFileSync(policy, policyOf([witness], 1));
    await using server = await startServer(data, [...flags, '--witnesses', policy, '--new-admin-credential']);
    const { administrator } = server;
    assert.ok(administrator);
    const response = await fetch(`${server.endpoint}/nothing`);
    await response.text();
    const id = response.headers.get('x-keywitness-event-id') ?? '';
    await witnessed(server, Number(response.headers.get('x-keywitness-log-index')) + 1);
    const state = join(folder.path, 'state');
    process.env['AWS_ACCESS_KEY_ID'] = administrator.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = administrator.secretAccessKey;
    const proof = join(folder.path, 'proof');
    const proved = await keywitness(
      ['log', 'prove', id, '--endpoint', server.endpoint, '--out', proof],
      state,
    );
    assert.equal(proved.code, 0, proved.stderr);
    const trust = ['--key', logKey, '--witness', join(witness.folder, 'witness.vkey')];
    const checked = await keywitness(['log', 'check', proof, ...trust], state);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    assert.match(checked.stdout, /cosigned {4}w\.example\/1/);
    const policyFile = join(folder.path, 'trust');
    const logKeys = readFileSync(logKey, 'utf8').trim().split('\n');
    writeFileSync(policyFile, policyOf([witness], 1, logKeys));
    const byPolicy = await keywitness(['log', 'check', proof, '--policy', policyFile], state);
    assert.equal(byPolicy.code, 0, byPolicy.stdout + byPolicy.stderr);
  });
});

describe('a server whose database and files are an older copy', { timeout: 300_000 }, () => {
  async function restored(
    folder: string,
  ): Promise<{ data: string; logKey: string; policy: string; witness: RunningWitness }> {
    const data = join(folder, 'data');
    const logKey = await logKeyOf(data);
    const witness = await startWitness('w.example/1', logKey);
    const policy = join(folder, 'policy');
    writeFileSync(policy, policyOf([witness], 1));
    cpSync(data, join(folder, 'backup'), { recursive: true });
    const size = sizeOf(readFileSync(join(data, 'log/checkpoint'), 'utf8'));
    await using server = await startServer(data, [...flags, '--witnesses', policy]);
    await attempt(server, 5);
    await witnessed(server, size + 5);
    await server.stop();
    const kept = await keywitness(
      ['log', 'verify', join(data, 'log'), '--key', logKey],
      join(folder, 'state'),
    );
    assert.equal(kept.code, 0, kept.stderr);
    rmSync(data, { recursive: true });
    cpSync(join(folder, 'backup'), data, { recursive: true });
    return { data, logKey, policy, witness };
  }

  test('is refused at the start, with what to do, and every client with a newer checkpoint notices', async () => {
    await using folder = temporaryFolder();
    const { data, logKey, policy, witness: started } = await restored(folder.path);
    await using witness = started;
    const before = readFileSync(join(data, 'log/checkpoint'), 'utf8');
    await assert.rejects(startServer(data, [...flags, '--witnesses', policy]), (error: Error) => {
      assert.match(error.message, /the witness .* has cosigned .* the database is an older copy/);
      return true;
    });
    assert.equal(readFileSync(join(data, 'log/checkpoint'), 'utf8'), before, 'nothing was signed');
    const state = join(folder.path, 'state');
    const verified = await keywitness(['log', 'verify', join(data, 'log'), '--key', logKey], state);
    assert.equal(verified.code, 1);
    assert.match(verified.stdout, /rollback: the log had/);
    assert.equal(
      (await keywitness(['log', 'verify', join(data, 'log'), '--key', logKey, '--no-memory'], state)).code,
      0,
    );
    assert.ok(witness.url !== '');
  });

  test('stops by itself when its witness could not be reached at the start, and the witness has evidence', async () => {
    await using folder = temporaryFolder();
    const { data, logKey, policy, witness: started } = await restored(folder.path);
    await using witness = started;
    await witness.stop();
    await using server = await startServer(data, [...flags, '--witnesses', policy]);
    assert.ok(server.lines.some((line) => line.includes('could not be asked at the start')));
    await attempt(server, 1);
    const port = Number(new URL(witness.url).port);
    // It may have ended before the witness says that it is ready.
    const exited = once(server.process, 'exit');
    await using again = await serveWitness(witness.folder, logKey, port);
    await exited;
    assert.equal(server.process.exitCode, 70);
    assert.match(server.lines.join('\n'), /has cosigned .* entries of this log|cosigned another history/);
    const evidence = await keywitness(['witness', 'evidence', '--dir', again.folder], folder.path);
    assert.equal(evidence.code, 1, evidence.stdout);
    assert.match(evidence.stdout, /rollback|fork/);
  });

  test('does not start at all without an answer, where that is asked for', async () => {
    await using folder = temporaryFolder();
    const { data, policy, witness: started } = await restored(folder.path);
    await using witness = started;
    await witness.stop();
    const strict = [...flags, '--witnesses', policy, '--witness-answers-at-start', '1'];
    await assert.rejects(startServer(data, strict), /`0` witnesses have answered at the start/);
  });
});

describe('a witness that lies', { timeout: 120_000 }, () => {
  test('about having more than the log cannot stop a running server', async () => {
    await using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const logKey = await logKeyOf(data);
    await using witness = await startWitness('w.example/1', logKey);
    const answers = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        const head = 'HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 9\r\n';
        socket.end(`${head}Connection: close\r\n\r\n99999999\n`);
      });
    });
    // At the start nobody is there; later somebody lies.
    answers.listen(0, '127.0.0.1');
    await once(answers, 'listening');
    const address = answers.address();
    assert.ok(typeof address === 'object' && address !== null);
    const { port } = address;
    answers.close();
    await once(answers, 'close');
    const policy = join(folder.path, 'policy');
    const liar = { url: `http://127.0.0.1:${port}`, verifierKeys: witness.verifierKeys };
    writeFileSync(policy, policyOf([liar], 1));
    await using server = await startServer(data, [...flags, '--witnesses', policy]);
    answers.listen(port, '127.0.0.1');
    await once(answers, 'listening');
    await attempt(server, 1);
    await until(
      async () => [...server.lines],
      (lines) => lines.some((line) => line.includes('does not cosign')),
    );
    await attempt(server, 1);
    assert.equal(await server.stop(), 0);
    answers.close();
  });
});
