import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkBundle } from '@keywitness/console';
import { startServer, temporaryFolder } from '../running-server.ts';
import { keywitness, policyOf, startWitness } from '../witness/running-witness.ts';

const run = promisify(execFile);
const flags = ['--front-threads', '1', '--publish-interval-ms', '100', '--witness-interval-ms', '100'];

test(
  'a bundle has the cosignatures of a witness, and holds for who asks for them',
  { timeout: 120_000 },
  async () => {
    await using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const first = await startServer(data, flags);
    const { administrator } = first;
    await first.stop();
    assert(administrator !== undefined);
    const vkey = join(data, 'log.vkey');
    await using witness = await startWitness('w.example/1', vkey);
    const policy = join(folder.path, 'policy');
    writeFileSync(policy, policyOf([witness], 1));
    await using server = await startServer(data, [...flags, '--witnesses', policy]);
    const bundle = join(folder.path, 'case.kwz');
    const env = {
      ...process.env,
      KEYWITNESS_ENDPOINT: server.endpoint,
      AWS_ACCESS_KEY_ID: administrator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
    };
    const cli = 'packages/cli/src/main.ts';
    const asked = ['evidence', 'export', '--credential', administrator.accessKeyId, '-o', bundle];
    const exporting = (): Promise<unknown> => run(process.execPath, [cli, ...asked], { env });
    const check = ['evidence', 'check', bundle, '--key', vkey];
    const asking = ['--witness', join(witness.folder, 'witness.vkey'), '--quorum', '1'];
    // Before its first cosignature there is nothing to wait for.
    let cosigned: { readonly code: number | null; readonly stdout: string } = { code: null, stdout: '' };
    for (let tries = 0; tries < 20 && cosigned.code !== 0; tries += 1) {
      await exporting();
      cosigned = await keywitness([...check, ...asking], folder.path);
    }
    assert.equal(cosigned.code, 0, cosigned.stdout);
    assert.match(cosigned.stdout, /^then {8}\d+ entries, which go on from these$/m);
    assert.match(cosigned.stdout, /^cosigned {4}w\.example\/1, /m);
    assert.equal((await keywitness(check, folder.path)).code, 0);
    await using stranger = await startWitness('w.example/2', vkey);
    const other = await keywitness(
      [...check, '--witness', join(stranger.folder, 'witness.vkey')],
      folder.path,
    );
    const logKeys = readFileSync(vkey, 'utf8').split('\n');
    const trust = (witnesses: Parameters<typeof policyOf>[0]): string =>
      policyOf(
        witnesses,
        1,
        logKeys.filter((line) => line !== '' && !line.startsWith('#')),
      );
    const archive = readFileSync(bundle);
    const seen = await checkBundle(archive, trust([witness]));
    assert(seen.holds, seen.lines.join());
    assert.match(seen.lines.join('\n'), /^Witnesses have cosigned .*: w\.example\/1\.$/m);
    const unseen = await checkBundle(archive, trust([stranger]));
    assert.deepEqual([unseen.holds, unseen.part], [false, 'witnessed/checkpoint.txt']);
    assert.deepEqual([other.code, /^part {8}witnessed\/checkpoint\.txt$/m.test(other.stdout)], [1, true]);
  },
);
