import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-cloudtrail';
import { type Caller, cloudTrailOperations } from '../../core/operations/index.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { Route } from '../http/index.ts';
import { compileCloudTrailOperations } from './cloudtrail-operations.ts';
import { noFiles, plainIndex } from './cloudtrail.test-fixture.ts';
import { ask, kmsRequest, type KmsAnswer, takeApart, testRoute } from './route.test-fixture.ts';

const PREFIX = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.';
const ARN = `arn:aws:cloudtrail:${place.region}:${place.account}:trail/keywitness`;

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly route: Route;
  readonly lookUp: (body: object, caller?: Caller) => Promise<KmsAnswer>;
  readonly trail: (operation: string, body: object, caller?: Caller | null) => Promise<KmsAnswer>;
}

function setUp(...others: readonly ((bench: TestBench) => Caller)[]): Setup {
  const store = openMemoryStore();
  const bench = new TestBench(store);
  const ann = bench.addUser('ann');
  const callers = [ann, ...others.map((add) => add(bench))];
  const route = testRoute(bench, callers, { index: plainIndex(store), files: noFiles, place });
  const trail = async (operation: string, body: object, caller: Caller | null = ann): Promise<KmsAnswer> => {
    const scope = ['x-test-scope', 'cloudtrail'];
    const target = `${PREFIX}${operation}`;
    return takeApart(
      await route.handle(kmsRequest(bench, target, JSON.stringify(body), caller ?? undefined, scope)),
    );
  };
  return { bench, ann, route, trail, lookUp: (body, caller) => trail('LookupEvents', body, caller) };
}

/** The events of an answer, as pairs of the operation's name and the caller's. */
function found({ members, text }: KmsAnswer): readonly (readonly [unknown, unknown])[] {
  const events = members['Events'];
  assert.ok(Array.isArray(events), text);
  return events.map((event: Readonly<Record<string, unknown>>) => [event['EventName'], event['Username']]);
}

/** A question about one attribute. */
function attribute(key: string, value: string): object {
  return { LookupAttributes: [{ AttributeKey: key, AttributeValue: value }] };
}

test('every operation of the SDK is offered, or known not to be', () => {
  const all = Object.values<unknown>(sdk).flatMap((exported) =>
    Array.isArray(exported) && exported[0] === 9 ? [String(exported[2])] : [],
  );
  const { operations, unsupported } = compileCloudTrailOperations();
  const offered = [...operations.keys()];
  assert.deepEqual(offered.sort(), [...cloudTrailOperations.keys()].sort());
  assert.deepEqual([...offered, ...unsupported].sort(), all.sort());
});

test('events are found by each attribute, and by all of several', async () => {
  const { bench, ann, lookUp, route } = setUp((one) => one.addUser('bob'));
  const bob = {
    principalArn: `arn:aws:iam::${place.account}:user/bob`,
    credentialId: `AKIA${'BOB'.padEnd(16, 'A')}`,
  };
  await ask(route, bench, ann, 'CreateKey', {});
  const created = bench.lastEvent();
  await ask(route, bench, bob, 'ListKeys', {});
  await ask(route, bench, bob, 'DescribeKey', { KeyId: created.key?.id });
  const names = async (key: string, value: string): Promise<unknown> =>
    found(await lookUp(attribute(key, value)));
  assert.deepEqual(await names('EventId', created.id), [['CreateKey', 'ann']]);
  assert.deepEqual(await names('EventName', 'ListKeys'), [['ListKeys', 'bob']]);
  const ofBob = [
    ['DescribeKey', 'bob'],
    ['ListKeys', 'bob'],
  ];
  assert.deepEqual(await names('Username', 'bob'), ofBob);
  assert.deepEqual(await names('AccessKeyId', bob.credentialId), ofBob);
  assert.deepEqual(await names('ReadOnly', 'false'), [['CreateKey', 'ann']]);
  const ofKey = [
    ['DescribeKey', 'bob'],
    ['CreateKey', 'ann'],
  ];
  assert.deepEqual(await names('ResourceName', created.key?.arn ?? ''), ofKey);
  assert.deepEqual(await names('ResourceType', 'AWS::KMS::Key'), ofKey);
  assert.equal(found(await lookUp(attribute('EventSource', 'kms.amazonaws.com'))).length, 3);
  const both = await lookUp({
    LookupAttributes: [
      { AttributeKey: 'Username', AttributeValue: 'bob' },
      { AttributeKey: 'EventName', AttributeValue: 'DescribeKey' },
    ],
  });
  assert.deepEqual(found(both), [['DescribeKey', 'bob']]);
});

test('an event is shown with its whole record', async () => {
  const { bench, ann, lookUp, route } = setUp();
  await ask(route, bench, ann, 'CreateKey', {});
  const { id, key, time } = bench.lastEvent();
  const { members } = await lookUp(attribute('EventName', 'CreateKey'));
  assert.ok(Array.isArray(members['Events']));
  const event: unknown = members['Events'][0];
  assert.ok(typeof event === 'object' && event !== null && 'CloudTrailEvent' in event);
  const { CloudTrailEvent: text, ...rest } = event;
  assert.deepEqual(rest, {
    EventId: id,
    EventName: 'CreateKey',
    ReadOnly: 'false',
    AccessKeyId: ann.credentialId,
    EventTime: Math.floor(Date.parse(time) / 1000),
    EventSource: 'kms.amazonaws.com',
    Username: 'ann',
    Resources: [{ ResourceType: 'AWS::KMS::Key', ResourceName: key?.arn }],
  });
  const record: unknown = JSON.parse(String(text));
  assert.ok(typeof record === 'object' && record !== null && 'eventVersion' in record);
  assert.equal(record.eventVersion, '1.11');
});

test('pages meet without gaps, although every question adds an event', async () => {
  const { bench, ann, lookUp, route } = setUp();
  for (let count = 0; count < 5; count += 1) await ask(route, bench, ann, 'ListKeys', {});
  const question = { ...attribute('EventName', 'ListKeys'), MaxResults: 2 };
  const sizes: number[] = [];
  let token: unknown;
  do {
    const answer = await lookUp({ ...question, NextToken: token });
    sizes.push(found(answer).length);
    token = answer.members['NextToken'];
  } while (token !== undefined);
  assert.deepEqual(sizes, [2, 2, 1]);
});

test('a token fits its own question alone', async () => {
  const { bench, ann, lookUp, route } = setUp();
  for (let count = 0; count < 3; count += 1) await ask(route, bench, ann, 'ListKeys', {});
  const first = await lookUp({ ...attribute('EventName', 'ListKeys'), MaxResults: 1 });
  const token = first.members['NextToken'];
  const other = await lookUp({ ...attribute('EventName', 'CreateKey'), NextToken: token });
  assert.equal(other.members['__type'], 'InvalidNextTokenException');
  assert.equal((await lookUp({ NextToken: 'nonsense' })).members['__type'], 'InvalidNextTokenException');
});

test('a window holds the seconds that it names', async () => {
  const { bench, ann, lookUp, route } = setUp();
  await ask(route, bench, ann, 'ListKeys', {});
  const second = Math.floor(bench.nowMs / 1000);
  bench.nowMs += 10_000;
  const within = async (from: number, to: number): Promise<number> =>
    found(await lookUp({ StartTime: from, EndTime: to })).length;
  assert.equal(await within(second, second), 1);
  assert.equal(await within(second - 9, second - 1), 0);
  assert.equal(await within(second + 1, second + 2), 0);
  const wrong = await lookUp({ StartTime: second, EndTime: second - 1 });
  assert.equal(wrong.members['__type'], 'InvalidTimeRangeException');
  const tooMany = await lookUp({ MaxResults: 51 });
  assert.equal(tooMany.members['__type'], 'ValidationException');
});

test('the trail is there without being made', async () => {
  const { trail } = setUp();
  const described = {
    Name: 'keywitness',
    S3BucketName: `keywitness-cloudtrail-${place.account}`,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    HomeRegion: place.region,
    TrailARN: ARN,
    LogFileValidationEnabled: true,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
    IsOrganizationTrail: false,
  };
  assert.deepEqual((await trail('DescribeTrails', {})).members, { trailList: [described] });
  assert.deepEqual((await trail('DescribeTrails', { trailNameList: ['x'] })).members, { trailList: [] });
  assert.deepEqual((await trail('GetTrail', { Name: ARN })).members, { Trail: described });
  assert.deepEqual((await trail('ListTrails', {})).members, {
    Trails: [{ TrailARN: ARN, Name: 'keywitness', HomeRegion: place.region }],
  });
  assert.deepEqual((await trail('GetTrailStatus', { Name: 'keywitness' })).members, { IsLogging: true });
  const selectors = await trail('GetEventSelectors', { TrailName: 'keywitness' });
  assert.equal(selectors.members['TrailARN'], ARN);
  assert.deepEqual((await trail('ListPublicKeys', {})).members, {
    PublicKeyList: [{ Value: 'AQID', Fingerprint: 'f' }],
  });
  assert.equal((await trail('GetTrail', { Name: 'other' })).members['__type'], 'TrailNotFoundException');
});

test('whoever reads the record this way is on the record with what they asked for', async () => {
  const { bench, lookUp } = setUp();
  await lookUp({ ...attribute('Username', 'ann'), MaxResults: 3 });
  const { action, outcome, parameters, protocol } = bench.lastEvent();
  assert.deepEqual([action, outcome], ['trail.lookup', 'success']);
  assert.deepEqual(protocol, { front: 'aws', service: 'cloudtrail', operation: 'LookupEvents' });
  assert.deepEqual(parameters, { Username: ['ann'], maxResults: 3 });
});

test('each operation has a permission of its own, and none is for other accounts (G6)', async () => {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' }],
  };
  const { bench, trail } = setUp(
    (one) => one.addUser('aud', [policy]),
    (one) => {
      one.addAccount('444455556666');
      return one.addUser('far', undefined, '444455556666');
    },
  );
  const [aud, far] = ['aud', 'far'].map((name) => ({
    principalArn: '',
    credentialId: `AKIA${name.toUpperCase().padEnd(16, 'A')}`,
  }));
  assert.equal((await trail('LookupEvents', {}, aud)).status, 200);
  for (const name of cloudTrailOperations.keys()) {
    const body = { Name: 'keywitness', TrailName: 'keywitness' };
    if (name !== 'LookupEvents') {
      assert.equal((await trail(name, body, aud)).members['__type'], 'AccessDeniedException', name);
    }
    assert.equal((await trail(name, body, far)).members['__type'], 'AccessDeniedException', name);
    assert.equal(bench.lastEvent().outcome, 'denied');
  }
});

test('what is not asked well is recorded, and answered in CloudTrail’s words', async () => {
  const { bench, route, trail, ann } = setUp();
  assert.equal((await trail('CreateTrail', {})).members['__type'], 'UnsupportedOperationException');
  assert.equal((await trail('MakeTrail', {})).members['__type'], 'UnknownOperationException');
  assert.equal(bench.lastEvent().action, 'request.unknown');
  assert.equal((await trail('GetTrail', { Name: 5 })).members['__type'], 'SerializationException');
  assert.equal(
    (await trail('LookupEvents', {}, null)).members['__type'],
    'MissingAuthenticationTokenException',
  );
  assert.equal(bench.lastEvent().protocol.service, 'cloudtrail');
  const request = kmsRequest(bench, `${PREFIX}ListTrails`, '{}', ann);
  const { members } = takeApart(await route.handle(request));
  assert.equal(members['__type'], 'InvalidSignatureException');
});

test('a record that cannot be written releases nothing (G1)', async () => {
  const { bench, trail } = setUp();
  bench.fault = 'Unavailable';
  assert.equal((await trail('LookupEvents', {})).status, 500);
});
