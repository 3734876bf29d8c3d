import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { openCheckpoint, parseCheckpoint, parseLogKeys, parseNote } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type RunningServer, startServer } from '../running-server.ts';
import { goPrograms } from './log-verifier-tools.ts';

const work = mkdtempSync(join(tmpdir(), 'keywitness-litewitness-'));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

const built = goPrograms('litewitness', join(work, 'bin'), {
  agent: '.',
  witness: 'filippo.io/torchwood/cmd/litewitness',
});
const waitMsMax = 60_000;
const flags = [
  '--public-log',
  '--front-threads',
  '1',
  '--publish-interval-ms',
  '100',
  '--witness-interval-ms',
  '100',
];

/** Starts a program and resolves with the first of its lines that matches. */
async function lineOf(program: string, args: readonly string[], wanted: RegExp): Promise<string> {
  const child = spawn(program, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const found = Promise.withResolvers<string>();
  const lines: string[] = [];
  const take = (line: string): void => {
    lines.push(line);
    const match = wanted.exec(line)?.[1];
    if (match !== undefined) found.resolve(match);
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  child.on('exit', () => found.reject(new Error(`${program} has ended:\n${lines.join('\n')}`)));
  return found.promise;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

/** Its own tool for this needs a module that not every proxy has. */
function admitLog(database: string, origin: string, vkey: string): void {
  const emptyRoot = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
  const witness = new DatabaseSync(database);
  witness.prepare('INSERT INTO log VALUES (?, 0, ?)').run(origin, emptyRoot);
  witness.prepare('INSERT INTO key VALUES (?, ?)').run(origin, vkey);
  witness.close();
}

async function checkpoint(server: RunningServer, path: string): Promise<string | undefined> {
  const response = await fetch(`${server.endpoint}/log/${path}`);
  const body = await response.text();
  return response.status === 200 ? body : undefined;
}

const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size;

describe('litewitness of filippo.io/torchwood', { timeout: 300_000 }, () => {
  test(
    'cosigns what the server publishes as it grows, and the server finds out by it that it was rolled back',
    built.ok ? {} : { skip: built.why },
    async () => {
      assert.ok(built.ok);
      const [agent = '', program = ''] = built.paths;
      const socket = join(work, 'agent.sock');
      const fingerprint = await lineOf(agent, [socket], /^(SHA256:\S+)$/);
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const database = join(work, 'litewitness.db');
      const vkey = await lineOf(
        program,
        [
          '-name',
          'lite.example/w',
          '-db',
          database,
          '-ssh-agent',
          socket,
          '-key',
          fingerprint,
          '-listen',
          `127.0.0.1:${port}`,
        ],
        /vkey=(\S+)/,
      );

      const data = join(work, 'data');
      {
        await using first = await startServer(data, flags);
        assert.equal(await first.stop(), 0);
      }
      const keys = parseLogKeys(readFileSync(join(data, 'log.vkey'), 'utf8'));
      admitLog(database, keys.origin, keys.logKeys[0] ?? '');
      const policy = join(work, 'policy');
      writeFileSync(policy, `witness lite ${vkey.replaceAll('"', '')} ${url}\nquorum lite\n`);
      const trusted = { ...keys, witnessKeys: [vkey.replaceAll('"', '')], witnessQuorum: 1 };
      let witnessed = 0;
      {
        await using server = await startServer(data, [...flags, '--witnesses', policy]);
        for (let round = 0; round < 3; round += 1) {
          for (let index = 0; index < 100 * round + 1; index += 1) {
            await (await fetch(`${server.endpoint}/nothing-${index}`)).text();
          }
          const wanted = sizeOf((await checkpoint(server, 'checkpoint')) ?? '');
          for (const endMs = performance.now() + waitMsMax; ;) {
            const note = await checkpoint(server, 'witnessed/checkpoint');
            if (note !== undefined && sizeOf(note) >= wanted) {
              assert.ok(openCheckpoint(note, trusted, nodeCrypto).ok);
              witnessed = sizeOf(note);
              break;
            }
            assert.ok(performance.now() < endMs, server.lines.join('\n'));
          }
        }
        assert.equal(await server.stop(), 0);
      }

      // The witness believes what it has seen, so what it has seen is made larger than what the server has.
      const forged = new DatabaseSync(database);
      forged.prepare('UPDATE log SET tree_size = ?').run(witnessed + 1000);
      forged.close();
      await assert.rejects(startServer(data, [...flags, '--witnesses', policy]), /is an older copy/);
    },
  );
});
