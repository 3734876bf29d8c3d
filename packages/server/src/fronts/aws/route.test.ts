import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../core/operations/index.ts';
import { arnOf, place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { Route } from '../http/index.ts';
import { ask, kmsRequest, stsRequest, takeApart, testRoute } from './route.test-fixture.ts';

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly route: Route;
}

function setUp(): Setup {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  return { bench, ann, route: testRoute(bench, [ann]) };
}

test('takes POST to the root, up to a mebibyte', () => {
  const { route } = setUp();
  assert.equal(route.matches('POST', '/'), true);
  assert.equal(route.matches('GET', '/'), false);
  assert.equal(route.matches('POST', '/admin'), false);
  assert.equal(route.bodyBytesMax, 1_048_576);
});

test('an answer tells where its attempt was recorded', async () => {
  const { bench, ann, route } = setUp();
  const answer = await ask(route, bench, ann, 'CreateKey', {});
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1');
  const event = bench.lastEvent();
  assert.equal(answer.headers['x-amzn-requestid'], event.requestId);
  assert.equal(answer.headers['x-keywitness-event-id'], event.id);
  assert.equal(answer.headers['x-keywitness-log-index'], '2');
  assert.deepEqual(event.protocol, { front: 'aws', service: 'kms', operation: 'CreateKey' });
  assert.deepEqual([event.outcome, event.action], ['success', 'key.create']);
});

test('without a valid signature nothing is looked at, and the record says who it claimed to be', async () => {
  const { bench, route } = setUp();
  const nobody = await ask(route, bench, undefined, 'Decrypt', '{not even JSON');
  assert.equal(nobody.status, 400);
  assert.deepEqual(nobody.members, {
    __type: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  });
  const first = bench.lastEvent();
  assert.equal(first.action, 'request.unauthenticated');
  assert.equal(first.outcome, 'denied');
  assert.deepEqual(first.actor, { type: 'anonymous' });
  const stranger = { credentialId: 'AKIASTRANGER', principalArn: '' };
  const unknown = await ask(route, bench, stranger, 'Decrypt', {});
  assert.equal(unknown.members['__type'], 'UnrecognizedClientException');
  assert.deepEqual(bench.lastEvent().actor, {
    type: 'anonymous',
    credentialId: 'AKIASTRANGER',
    unverified: true,
  });
});

test('a signature for another service is not accepted', async () => {
  const { bench, ann, route } = setUp();
  const request = kmsRequest(bench, 'TrentService.ListKeys', '{}', ann, ['x-test-scope', 's3']);
  const { members } = takeApart(await route.handle(request));
  assert.deepEqual(members, {
    __type: 'InvalidSignatureException',
    message: "Credential should be scoped to correct service: 'kms'.",
  });
  assert.equal(bench.lastEvent().actor.unverified, true);
});

test('a credential that was disabled after its signature was checked opens nothing', async () => {
  const { bench, ann, route } = setUp();
  bench.disableCredential(ann);
  const { members } = await ask(route, bench, ann, 'CreateKey', {});
  assert.deepEqual(members, {
    __type: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });
});

const UNKNOWN_TARGETS = [
  undefined,
  '',
  'ListKeys',
  'TrentService.',
  'TrentService.listKeys',
  'TrentService.constructor',
  'TrentService.Nope',
  'DynamoDB_20120810.ListTables',
  'x'.repeat(5000),
];

for (const target of UNKNOWN_TARGETS) {
  test(`the target ${String(target).slice(0, 40)} is an unknown operation, on the record`, async () => {
    const { bench, ann, route } = setUp();
    for (const caller of [ann, undefined]) {
      const answer = takeApart(await route.handle(kmsRequest(bench, target, '{}', caller)));
      assert.equal(answer.status, 400);
      assert.equal(answer.text, '{"__type":"UnknownOperationException"}');
      const event = bench.lastEvent();
      assert.equal(event.action, 'request.unknown');
      const spelt = (target ?? '').replace('TrentService.', '').slice(0, 128);
      assert.equal(event.protocol.operation, spelt === '' ? '-' : spelt);
      assert.equal(event.actor.arn, caller?.principalArn);
    }
  });
}

test('several targets name nothing', async () => {
  const { bench, ann, route } = setUp();
  const more = ['x-amz-target', 'TrentService.ListKeys'];
  const request = kmsRequest(bench, 'TrentService.CreateKey', '{}', ann, more);
  const { text } = takeApart(await route.handle(request));
  assert.equal(text, '{"__type":"UnknownOperationException"}');
});

test('an operation that KMS has and we have not is unsupported, with the verified caller on the record', async () => {
  const { bench, ann, route } = setUp();
  const { members, status } = await ask(route, bench, ann, 'CreateCustomKeyStore', {
    CustomKeyStoreName: 'k',
  });
  assert.equal(status, 400);
  assert.deepEqual(members, {
    __type: 'UnsupportedOperationException',
    message: 'CreateCustomKeyStore is not supported.',
  });
  const event = bench.lastEvent();
  assert.deepEqual([event.action, event.protocol.operation], ['request.unknown', 'CreateCustomKeyStore']);
  assert.deepEqual(event.actor, {
    account: place.account,
    arn: ann.principalArn,
    credentialId: ann.credentialId,
    name: 'ann',
    type: 'user',
  });
  const { members: anonymous } = await ask(route, bench, undefined, 'CreateCustomKeyStore', {});
  assert.equal(anonymous['__type'], 'MissingAuthenticationTokenException');
});

test('a malformed body is recorded under who sent it', async () => {
  const { bench, ann, route } = setUp();
  const { members } = await ask(route, bench, ann, 'Decrypt', { CiphertextBlob: 7 });
  assert.deepEqual(members, {
    __type: 'SerializationException',
    message: 'NUMBER_VALUE can not be converted to a Blob',
  });
  const event = bench.lastEvent();
  assert.equal(event.action, 'request.malformed');
  assert.equal(event.protocol.operation, 'Decrypt');
  assert.deepEqual(event.actor, {
    account: place.account,
    arn: ann.principalArn,
    credentialId: ann.credentialId,
    name: 'ann',
    type: 'user',
  });
});

test('an invalid request is recorded as the operation it was, with the key that it named', async () => {
  const { bench, ann, route } = setUp();
  const { members } = await ask(route, bench, ann, 'Encrypt', { KeyId: 'alias/x', Plaintext: '' });
  assert.equal(members['__type'], 'ValidationException');
  const event = bench.lastEvent();
  assert.deepEqual([event.action, event.outcome], ['key.encrypt', 'error']);
  assert.deepEqual(event.key, { requested: 'alias/x' });
  assert.equal(event.actor.arn, ann.principalArn);
});

test('traces are kept when they are in a form that we know', async () => {
  const { bench, ann, route } = setUp();
  const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
  const w3c = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const cases: readonly (readonly [readonly string[], string | undefined])[] = [
    [['X-Amzn-Trace-Id', xray], xray],
    [['traceparent', w3c], w3c],
    [['traceparent', w3c, 'x-amzn-trace-id', '<script>'], w3c],
    [['traceparent', 'x'.repeat(300)], undefined],
    [[], undefined],
  ];
  for (const [headers, traceId] of cases) {
    await route.handle(kmsRequest(bench, 'TrentService.ListKeys', '{}', ann, headers));
    assert.equal(bench.lastEvent().traceId, traceId);
  }
});

test('when the ledger takes no results, they are withheld, and throttling is told from trouble', async () => {
  const { bench, ann, route } = setUp();
  bench.ordinaryFault = 'Busy';
  const throttled = await ask(route, bench, ann, 'GenerateRandom', { NumberOfBytes: 32 });
  assert.equal(throttled.status, 400);
  assert.equal(throttled.members['__type'], 'ThrottlingException');
  bench.ordinaryFault = 'Unavailable';
  const failed = await ask(route, bench, ann, 'GenerateRandom', { NumberOfBytes: 32 });
  assert.equal(failed.status, 500);
  assert.equal(failed.members['__type'], 'KMSInternalException');
  assert.equal('Plaintext' in failed.members, false);
});

test('when nothing can be recorded, every kind of request gets a 500 that SDKs retry, and nothing else', async () => {
  const { bench, ann, route } = setUp();
  bench.fault = 'Unavailable';
  const requests = [
    kmsRequest(bench, 'TrentService.GenerateRandom', '{"NumberOfBytes":32}', ann),
    kmsRequest(bench, 'TrentService.GenerateRandom', 'x', ann),
    kmsRequest(bench, 'TrentService.Nope', '{}', ann),
    kmsRequest(bench, 'TrentService.ListKeys', '{}', undefined),
  ];
  for (const request of requests) {
    const { headers, members, status } = takeApart(await route.handle(request));
    assert.equal(status, 500);
    assert.deepEqual(Object.keys(members), ['__type', 'message']);
    assert.equal(members['__type'], 'KMSInternalException');
    assert.equal(headers['x-keywitness-event-id'], undefined);
  }
  const sts = takeApart(
    await route.handle(stsRequest(bench, 'Action=GetCallerIdentity&Version=2011-06-15', ann)),
  );
  assert.equal(sts.status, 500);
  assert.match(sts.text, /<Type>Receiver<\/Type><Code>InternalFailure<\/Code>/);
});

test('what HTTP refuses is answered in the form of AWS', () => {
  const { route } = setUp();
  const refusal = { code: 'RequestEntityTooLarge', message: 'the body is too large', requestId: 'r1' };
  const { headers, members, status } = takeApart(route.refuse({ ...refusal, status: 413 }));
  assert.equal(status, 413);
  assert.deepEqual(members, {
    __type: 'RequestEntityTooLargeException',
    message: 'the body is too large',
  });
  assert.equal(headers['x-amzn-requestid'], 'r1');
});

test('a denial is told in the words of AWS: who, what, on which key', async () => {
  const { bench, ann, route } = setUp();
  const bob = bench.addUser('bob', []);
  const keyId = await bench.createKey(ann);
  const asBob = testRoute(bench, [bob]);
  const { members, status } = await ask(asBob, bench, bob, 'DescribeKey', { KeyId: keyId });
  assert.equal(status, 400);
  assert.deepEqual(members, {
    __type: 'AccessDeniedException',
    message:
      `User: ${bob.principalArn} is not authorized to perform: kms:DescribeKey on resource: ` +
      `${arnOf(`key/${keyId}`)} because no identity-based policy allows the kms:DescribeKey action`,
  });
  assert.equal(route.name, 'aws');
});
