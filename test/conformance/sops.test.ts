import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { installed } from './installed-clients.ts';
import { mustRun, run, shown, startTlsService } from './tls-service.ts';

const { path: sops, skip } = installed('sops');
const PERMISSIONS = ['kms:Encrypt', 'kms:Decrypt'];
const CONTEXT = 'app:shop,stage:production';

test(
  'SOPS, unmodified, encrypts, edits, decrypts and rotates a file, and moves it to another key',
  { skip },
  async () => {
    await using service = await startTlsService(PERMISSIONS);
    const { folder, keyArn } = service;
    const environment = { ...service.environment, AWS_CA_BUNDLE: service.caFile };
    const sealed = join(folder, 'secrets.yaml');
    const say = (...args: readonly string[]): string => mustRun(sops, args, folder, environment);
    writeFileSync(sealed, 'password: first\nuser: shop\n');

    say('encrypt', '--in-place', '--kms', keyArn, '--encryption-context', CONTEXT, 'secrets.yaml');
    assert.doesNotMatch(readFileSync(sealed, 'utf8'), /first/);
    assert.equal(say('decrypt', 'secrets.yaml'), 'password: first\nuser: shop\n');

    const editor = join(folder, 'edit.sh');
    writeFileSync(editor, '#!/bin/sh\nsed -i s/first/second/ "$1"\n');
    chmodSync(editor, 0o755);
    mustRun(sops, ['edit', 'secrets.yaml'], folder, { ...environment, EDITOR: editor });
    assert.equal(say('decrypt', '--extract', '["password"]', 'secrets.yaml'), 'second');

    const before = wrappedKey(sealed);
    say('rotate', '--in-place', 'secrets.yaml');
    assert.notEqual(wrappedKey(sealed), before);

    const rules = join(folder, '.sops.yaml');
    const other = await service.createKey();
    const kms = [{ arn: other, context: { app: 'shop', stage: 'production' } }];
    // SOPS reads YAML, and JSON is YAML.
    writeFileSync(rules, JSON.stringify({ creation_rules: [{ key_groups: [{ kms }] }] }));
    say('updatekeys', '--yes', 'secrets.yaml');
    assert.match(readFileSync(sealed, 'utf8'), new RegExp(other));
    assert.doesNotMatch(readFileSync(sealed, 'utf8'), new RegExp(keyArn));
    assert.equal(say('decrypt', '--extract', '["password"]', 'secrets.yaml'), 'second');
    writeFileSync(rules, JSON.stringify({ creation_rules: [{ kms: keyArn }] }));
    say('updatekeys', '--yes', 'secrets.yaml');
    assert.equal(say('decrypt', '--extract', '["password"]', 'secrets.yaml'), 'second');

    const events = await service.recorded();
    assert.deepEqual(
      events.map(({ key, context }, index) => [shown(events)[index], key?.arn, context?.['app']]),
      [
        ['key.encrypt', keyArn, 'shop'],
        ['key.decrypt', keyArn, 'shop'],
        // Edited, and read.
        ['key.decrypt', keyArn, 'shop'],
        ['key.decrypt', keyArn, 'shop'],
        // Rotated.
        ['key.decrypt', keyArn, 'shop'],
        ['key.encrypt', keyArn, 'shop'],
        // Moved, and read.
        ['key.decrypt', keyArn, 'shop'],
        ['key.encrypt', other, 'shop'],
        ['key.decrypt', other, 'shop'],
        // Moved back by a rule without a context, and read.
        ['key.decrypt', other, 'shop'],
        ['key.encrypt', keyArn, undefined],
        ['key.decrypt', keyArn, undefined],
      ],
    );
    assert.ok(events.every(({ client }) => client.tlsVersion === 'TLSv1.3'));
  },
);

test(
  'SOPS says what the service says: a changed encryption context, and a key that is not its own',
  { skip },
  async () => {
    await using service = await startTlsService(['kms:Encrypt']);
    const { folder, keyArn } = service;
    const environment = { ...service.environment, AWS_CA_BUNDLE: service.caFile };
    const sealed = join(folder, 'secrets.yaml');
    writeFileSync(sealed, 'password: first\n');
    const args = ['encrypt', '--in-place', '--kms', keyArn, '--encryption-context', CONTEXT, 'secrets.yaml'];
    mustRun(sops, args, folder, environment);
    const denied = run(sops, ['decrypt', 'secrets.yaml'], folder, environment);
    assert.notEqual(denied.status, 0);
    assert.match(denied.stderr, /AccessDeniedException/);

    writeFileSync(sealed, readFileSync(sealed, 'utf8').replace('production', 'testing'));
    const changed = run(sops, ['decrypt', 'secrets.yaml'], folder, {
      ...service.administratorEnvironment,
      AWS_CA_BUNDLE: service.caFile,
    });
    assert.notEqual(changed.status, 0);
    assert.match(changed.stderr, /InvalidCiphertextException/);

    // Without the CA nothing arrives, so nothing is on the record.
    const untrusting = run(sops, ['decrypt', 'secrets.yaml'], folder, service.environment);
    assert.match(untrusting.stderr, /x509: certificate signed/);
    assert.deepEqual(shown(await service.recorded()), ['key.encrypt', 'key.decrypt AccessDenied']);
  },
);

/** The data key of a file as it lies there. */
function wrappedKey(file: string): string {
  return /enc: ([A-Za-z0-9+/=]+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}
