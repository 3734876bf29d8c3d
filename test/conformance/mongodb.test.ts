import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { clientPath, missing } from './python-clients.ts';
import { mustRun, shown, startTlsService } from './tls-service.ts';

const ferretdb = installed('ferretdb');
const python = missing('python3');
const PERMISSIONS = ['kms:Encrypt', 'kms:Decrypt'];

test(
  "MongoDB's client-side field level encryption, unmodified, wraps its data keys with the service",
  { skip: ferretdb.skip === false ? python : ferretdb.skip },
  async () => {
    await using service = await startTlsService(PERMISSIONS);
    await using database = await startDatabase(join(service.folder, 'database'));
    const host = new URL(service.server.endpoint).host;
    const other = await service.createKey();
    const program = resolve('test/conformance/mongodb_client.py');
    const args = [program, database.uri, service.keyArn, host, service.caFile, other];
    const out = mustRun(clientPath('python3'), args, service.folder, service.environment);
    assert.deepEqual(JSON.parse(out), { untrusted: true });
    const events = await service.recorded();
    assert.deepEqual(
      events.map(({ key }, index) => [shown(events)[index], key?.arn]),
      [
        ['key.encrypt', service.keyArn],
        // Twenty-one fields, and then the objects that had nothing cached.
        ['key.decrypt', service.keyArn],
        ['key.decrypt', service.keyArn],
        ['key.decrypt', service.keyArn],
        // Wrapped again.
        ['key.decrypt', service.keyArn],
        ['key.encrypt', other],
        ['key.decrypt', other],
      ],
    );
    assert.ok(events.every(({ context }) => context === undefined));
  },
);

async function startDatabase(folder: string): Promise<AsyncDisposable & { readonly uri: string }> {
  mkdirSync(folder);
  const child: ChildProcess = spawn(ferretdb.path, [folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  assert.ok(child.stdout !== null);
  const lines = createInterface({ input: child.stdout });
  const first: unknown[] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  return {
    uri: String(first[0]),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
