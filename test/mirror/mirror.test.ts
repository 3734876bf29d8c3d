import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { checkBundle } from '@keywitness/console';
import { objectStoreMissing, TestObjectStore } from '../../packages/cli/src/testing/object-store.test-kit.ts';
import { runKeywitness } from '../../packages/cli/src/testing/run-keywitness.test-kit.ts';
import { startKeywitness } from '../../packages/cli/src/testing/running-keywitness.test-kit.ts';
import { startServer, temporaryFolder } from '../running-server.ts';

const bucket = 'audit-copy';
const place = `s3://${bucket}/kms`;

/** The page for browsers takes the same mirrors. */
async function checkInPage(bundle: string, keys: string, mirrors: string): Promise<void> {
  const [log, policy] = [readFileSync(keys, 'utf8'), readFileSync(mirrors, 'utf8')];
  const { lines, unchecked } = await checkBundle(readFileSync(bundle), log, policy);
  assert.match(lines.join('\n'), /^Mirrors have computed the index themselves: m\.example\/kms\.$/m);
  assert.doesNotMatch(unchecked.join('\n'), /^Mirrors/m);
}

/** G4 on a mirror's word, and G3 in somebody else's bucket: a service, a mirror, an object store, an auditor. */
test(
  'a service is mirrored into an object store, and its answers are vouched for by the mirror',
  { skip: objectStoreMissing, timeout: 120_000 },
  async () => {
    await using folder = temporaryFolder();
    await using store = await TestObjectStore.start();
    await store.createBucket(bucket);
    const data = join(folder.path, 'data');
    await using server = await startServer(data, ['--public-log']);
    const { administrator: credentials, endpoint } = server;
    assert(credentials !== undefined);
    const kms = new KMSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const encrypt = new EncryptCommand({
      KeyId: KeyMetadata?.KeyId,
      Plaintext: Buffer.from('text'),
      EncryptionContext: { customer: '4711' },
    });
    await kms.send(encrypt);
    const file = (name: string): string => join(folder.path, name);
    const made = await runKeywitness(['witness', 'init', '--dir', file('keys'), '--name', 'm.example/kms']);
    const [vkey = ''] = made.stdout.split('\n');
    const trust = ['--key', join(data, 'log.vkey')];
    const storeEnv = {
      AWS_ENDPOINT_URL_S3: store.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const mirror = ['mirror', '--log', `${endpoint}/log`, ...trust, '--to', place, '--state', file('state')];
    const cosign = ['--cosign', file('keys'), '--listen', '127.0.0.1:0', '--interval', '1'];
    await using running = startKeywitness([...mirror, ...cosign], storeEnv);
    const [, url = ''] = await running.line(/^serves +(http:\S+)$/);
    await running.line(/^cosigned /);
    await kms.send(encrypt);
    writeFileSync(file('mirrors'), `witness m ${vkey} ${url}\nquorum m\n`);
    const serverEnv = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const ask = ['audit', 'list', '--asset', 'customer=4711', '--prove', '-o', file('answer.kwa')];
    const check = ['audit', 'check', file('answer.kwa'), ...trust, '--mirrors', file('mirrors')];
    assert.equal((await runKeywitness(ask, { env: serverEnv })).code, 0);
    assert.equal((await runKeywitness(check)).code, 1, 'the log vouches for it and nobody else');
    const proved = await runKeywitness([...ask, '--mirrors', file('mirrors')], { env: serverEnv });
    assert.equal(proved.code, 0, proved.stderr);
    assert.match(proved.stdout, /^cosigned by the mirror m\.example\/kms$/m);
    const checked = await runKeywitness(check);
    assert.equal(checked.code, 0, checked.stdout);
    assert.match(checked.stdout, /^cosigned +m\.example\/kms, /m);
    assert.match(checked.stdout, /^COMPLETE +these are all 2 events of this subject$/m);
    const bundle = ['evidence', 'export', '--asset', 'customer=4711', '-o', file('case.kwz')];
    const exported = await runKeywitness([...bundle, '--mirrors', file('mirrors')], { env: serverEnv });
    assert.equal(exported.code, 0, exported.stderr);
    const evidence = ['evidence', 'check', file('case.kwz'), ...trust, '--mirrors', file('mirrors')];
    assert.equal((await runKeywitness(evidence)).code, 0);
    await checkInPage(file('case.kwz'), join(data, 'log.vkey'), file('mirrors'));
    assert.equal(await running.stop('SIGKILL'), null);
    // What the last look had not seen yet, from where the killed one was.
    const last = await runKeywitness([...mirror, '--cosign', file('keys'), '--once'], { env: storeEnv });
    assert.equal(last.code, 0, last.stderr);
    assert.doesNotMatch(last.stderr, /thrown away/);
    const copy = `${store.upstream}/${bucket}/kms`;
    assert.equal((await runKeywitness(['log', 'verify', copy, ...trust])).code, 0);
    const index = await runKeywitness(['log', 'verify-index', copy, ...trust, '--mirrors', file('mirrors')]);
    assert.equal(index.code, 0, index.stdout);
    assert.match(index.stdout, /^cosigned +m\.example\/kms, /m);
    assert.equal(
      (await store.get(`${bucket}/kms/checkpoint`)).toString('utf8').split('\n')[0],
      readFileSync(join(data, 'log.vkey'), 'utf8').split('+')[0],
    );
  },
);
