import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

const url = 'https://id.example.com/realms/main';
const arn = iamArn('oidc-provider/id.example.com/realms/main');
const openIDConnectProviderArn = arn;
const thumbprint = 'A'.repeat(40);

test('an identity provider is created, read, listed and deleted', async () => {
  const bench = newBench();
  const made = await bench.result('CreateOpenIDConnectProvider', {
    clientIDList: ['app', 'app'],
    tags: [{ key: 'a', value: 'b' }],
    thumbprintList: [thumbprint],
    url,
  });
  assert.equal(made['openIDConnectProviderArn'], arn);
  assert.equal(bench.lastEvent().action, 'identity-provider.create');
  assert.equal(bench.bench.replica.identityProviders.get(arn)?.url, url);
  const read = await bench.result('GetOpenIDConnectProvider', { openIDConnectProviderArn });
  assert.deepEqual(read, {
    clientIDList: ['app'],
    createDate: bench.bench.nowMs,
    tags: [{ key: 'a', value: 'b' }],
    thumbprintList: [thumbprint.toLowerCase()],
    url: 'id.example.com/realms/main',
  });
  assert.equal(
    await bench.refusal('CreateOpenIDConnectProvider', { url: `${url}/` }),
    `AlreadyExists: Provider with url ${url}/ already exists.`,
  );
  const listed = await bench.result('ListOpenIDConnectProviders');
  assert.deepEqual(each(listed['openIDConnectProviderList'], 'arn'), [arn]);
  const theirs = await bench.result('ListOpenIDConnectProviders', {}, bench.stranger);
  assert.deepEqual(theirs['openIDConnectProviderList'], []);
  assert.equal(
    await bench.code('GetOpenIDConnectProvider', { openIDConnectProviderArn }, bench.stranger),
    'AccessDenied',
  );
  await bench.result('DeleteOpenIDConnectProvider', { openIDConnectProviderArn });
  for (const name of ['GetOpenIDConnectProvider', 'DeleteOpenIDConnectProvider']) {
    assert.equal(
      await bench.refusal(name, { openIDConnectProviderArn }),
      `NotFound: OpenIDConnect Provider not found for arn ${arn}`,
    );
  }
});

test('client ids and thumbprints of an identity provider are changed', async () => {
  const bench = newBench();
  await bench.result('CreateOpenIDConnectProvider', { url });
  const change = (name: string, more: object): Promise<unknown> =>
    bench.result(name, { openIDConnectProviderArn, ...more });
  await change('AddClientIDToOpenIDConnectProvider', { clientID: 'a' });
  await change('AddClientIDToOpenIDConnectProvider', { clientID: 'b' });
  await change('AddClientIDToOpenIDConnectProvider', { clientID: 'b' });
  assert.deepEqual(bench.lastEvent().change?.after?.['clientIds'], ['a', 'b']);
  await change('RemoveClientIDFromOpenIDConnectProvider', { clientID: 'a' });
  await change('RemoveClientIDFromOpenIDConnectProvider', { clientID: 'none' });
  await change('UpdateOpenIDConnectProviderThumbprint', { thumbprintList: [thumbprint] });
  const read = await bench.result('GetOpenIDConnectProvider', { openIDConnectProviderArn });
  assert.deepEqual(at(read, 'clientIDList'), ['b']);
  assert.deepEqual(at(read, 'thumbprintList'), [thumbprint.toLowerCase()]);
  const update = 'UpdateOpenIDConnectProviderThumbprint';
  for (const thumbprintList of [['x'.repeat(40)], Array.from({ length: 6 }, () => thumbprint)]) {
    assert.equal(await bench.code(update, { openIDConnectProviderArn, thumbprintList }), 'InvalidInput');
  }
  const clientIDList = Array.from({ length: 101 }, (_, index) => `c${index}`);
  assert.equal(
    await bench.code('CreateOpenIDConnectProvider', { clientIDList, url: 'https://b.example' }),
    'LimitExceeded',
  );
});

test('a hundred long client ids can be recorded', async () => {
  const bench = newBench();
  const clientIDList = Array.from({ length: 99 }, (_, index) => `${index}`.padEnd(255, 'é'));
  await bench.result('CreateOpenIDConnectProvider', { clientIDList, url });
  const clientID = 'one more'.padEnd(255, 'é');
  await bench.result('AddClientIDToOpenIDConnectProvider', { clientID, openIDConnectProviderArn });
  const digest = bench.lastEvent().change?.after?.['clientIdsSha256'];
  assert.ok(typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest));
});

test('only an issuer can be an identity provider', async () => {
  const bench = newBench();
  const refused = [
    'http://id.example.com',
    'https://ID.example.com',
    'https://id.example.com?x=1',
    'https://id.example.com/#',
    'https://user@id.example.com',
    'https://id.example.com/a/../b',
    'https://id.example.com:443',
    'https:\\\\id.example.com',
    'ftp://id.example.com',
    'id.example.com',
    'https://kms',
    'https://aws/',
    ' https://id.example.com',
  ];
  for (const wrong of refused) {
    const message = await bench.refusal('CreateOpenIDConnectProvider', { url: wrong });
    assert.equal(message, 'InvalidInput: Invalid Open ID Connect Provider URL', wrong);
  }
  for (const right of ['https://id.example.com:8443/x', 'http://127.0.0.1:3000', 'http://localhost:1/a']) {
    await bench.result('CreateOpenIDConnectProvider', { url: right });
  }
  const invalid = { openIDConnectProviderArn: 'arn:aws:iam::111122223333:user/x' };
  assert.equal(await bench.code('GetOpenIDConnectProvider', invalid), 'InvalidInput');
});
