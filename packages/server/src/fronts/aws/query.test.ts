import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller, Operation } from '../../core/operations/index.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { Route } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import type { QueryParts } from './query.ts';
import { answerer, echo, notSigned, signedBy } from './query.test-fixture.ts';
import { kmsRequest, type KmsAnswer, stsRequest, takeApart, testRoute } from './route.test-fixture.ts';

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

/** Asks a front that has these operations. */
async function ask(
  bench: TestBench,
  operations: readonly Operation[],
  verdict: SignatureVerdict,
  body: string,
  more: Partial<QueryParts> = {},
): Promise<KmsAnswer> {
  const answer = answerer(bench.service, operations, verdict, more);
  return takeApart(await answer(stsRequest(bench, body, undefined)));
}

const code = ({ text }: KmsAnswer): string => /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
const IAM = 'Version=2010-05-08';

test('STS tells a caller who it is', async () => {
  const { bench, ann, route } = setUp();
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const { headers, status, text } = takeApart(await route.handle(stsRequest(bench, body, ann)));
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/xml');
  const { requestId } = bench.lastEvent();
  assert.equal(
    text,
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<UserId>AIDAANN${'A'.repeat(13)}</UserId><Account>${place.account}</Account><Arn>${ann.principalArn}</Arn>` +
      `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
      '</GetCallerIdentityResponse>',
  );
  assert.deepEqual(bench.lastEvent().protocol, {
    front: 'aws',
    service: 'sts',
    operation: 'GetCallerIdentity',
  });
});

const REFUSALS: readonly (readonly [
  body: string,
  signed: boolean,
  status: number,
  code: string,
  action: string,
])[] = [
  [
    'Action=GetCallerIdentity&Version=2011-06-15',
    false,
    403,
    'MissingAuthenticationToken',
    'request.unauthenticated',
  ],
  ['Action=GetFederationToken&Version=2011-06-15', true, 501, 'NotImplemented', 'request.unknown'],
  [
    'Action=GetFederationToken&Version=2011-06-15',
    false,
    403,
    'MissingAuthenticationToken',
    'request.unauthenticated',
  ],
  ['Action=ListUsers&Version=2011-06-15', true, 400, 'InvalidAction', 'request.unknown'],
  ['Action=GetCallerIdentity&Version=1999-01-01', true, 400, 'InvalidAction', 'request.unknown'],
  ['Action=GetCallerIdentity', true, 400, 'InvalidAction', 'request.unknown'],
  ['Action=constructor&Version=2011-06-15', true, 400, 'InvalidAction', 'request.unknown'],
  ['Action=getCallerIdentity&Version=2011-06-15', true, 400, 'InvalidAction', 'request.unknown'],
  ['Action=%3Cscript%3E&Version=1', true, 400, 'InvalidAction', 'request.unknown'],
  ['', true, 400, 'MissingAction', 'request.unknown'],
  ['x'.repeat(20_000), true, 400, 'MalformedInput', 'request.malformed'],
  ['Action=GetCallerIdentity&Version=2011-06-15&a=%', true, 400, 'MalformedInput', 'request.malformed'],
  [
    'Action=GetCallerIdentity&Version=2011-06-15&Action=AssumeRole',
    true,
    400,
    'MalformedInput',
    'request.malformed',
  ],
];

for (const [body, signed, status, name, action] of REFUSALS) {
  test(`answers ${name} to \`${body.slice(0, 60)}\`, ${signed ? 'signed' : 'unsigned'}`, async () => {
    const { bench, ann, route } = setUp();
    const answer = takeApart(await route.handle(stsRequest(bench, body, signed ? ann : undefined)));
    assert.equal(answer.status, status);
    const type = status >= 500 ? 'Receiver' : 'Sender';
    assert.match(answer.text, new RegExp(`<Type>${type}</Type><Code>${name}</Code><Message>`));
    assert.equal(answer.text.includes('<script>'), false);
    assert.equal(bench.events().length, 1);
    const event = bench.lastEvent();
    assert.equal(event.action, action);
    assert.equal(event.protocol.service, 'sts');
    assert.equal(event.actor.arn, signed ? ann.principalArn : undefined);
  });
}

test('a disabled credential is told so', async () => {
  const { bench, ann, route } = setUp();
  bench.disableCredential(ann);
  const request = stsRequest(bench, 'Action=GetCallerIdentity&Version=2011-06-15', ann);
  const answer = takeApart(await route.handle(request));
  assert.deepEqual([answer.status, code(answer)], [403, 'InvalidClientTokenId']);
});

test('the version tells which service is asked, and the signature must be for it', async () => {
  const { bench, ann } = setUp();
  const { operation } = echo('ListUsers', { users: [], isTruncated: false });
  const body = `Action=ListUsers&${IAM}`;
  const answer = await ask(bench, [operation], signedBy(ann, 'iam'), body);
  assert.match(answer.text, /^<ListUsersResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/">/);
  assert.deepEqual(bench.lastEvent().protocol, { front: 'aws', service: 'iam', operation: 'ListUsers' });
  for (const service of ['sts', 'kms']) {
    const refused = await ask(bench, [operation], signedBy(ann, service), body);
    assert.deepEqual([refused.status, code(refused)], [403, 'SignatureDoesNotMatch']);
    assert.match(refused.text, /^<ErrorResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/">/);
    assert.equal(bench.lastEvent().action, 'request.unauthenticated');
  }
});

test('an operation that answers nothing has no result element', async () => {
  const { bench, ann } = setUp();
  const { operation } = echo('DeleteUser');
  const { text } = await ask(
    bench,
    [operation],
    signedBy(ann, 'iam'),
    `Action=DeleteUser&${IAM}&UserName=bob`,
  );
  assert.match(text, /^<DeleteUserResponse xmlns="[^"]*"><ResponseMetadata><RequestId>[^<]*<\/RequestId>/);
});

test('an invalid request is recorded as the operation it was; a malformed one is not', async () => {
  const { bench, ann } = setUp();
  const { operation } = echo('CreateUser');
  const invalid = await ask(
    bench,
    [operation],
    signedBy(ann, 'iam'),
    `Action=CreateUser&${IAM}&UserName=%2F`,
  );
  assert.deepEqual([invalid.status, code(invalid)], [400, 'ValidationError']);
  assert.match(invalid.text, /Value &#39;\/&#39; at &#39;userName&#39; failed to satisfy constraint/);
  assert.deepEqual([bench.lastEvent().action, bench.lastEvent().outcome], ['test.echo', 'error']);
  const malformed = await ask(
    bench,
    [operation],
    signedBy(ann, 'iam'),
    `Action=CreateUser&${IAM}&UserName.a=b`,
  );
  assert.deepEqual([malformed.status, code(malformed)], [400, 'MalformedInput']);
  assert.deepEqual(
    [bench.lastEvent().action, bench.lastEvent().actor.arn],
    ['request.malformed', ann.principalArn],
  );
});

test('parameters count in the body alone: a request with others in its target is refused', async () => {
  const { bench, ann } = setUp();
  const deleteUser = echo('DeleteUser');
  const answer = answerer(
    bench.service,
    [deleteUser.operation, echo('ListUsers').operation],
    signedBy(ann, 'iam'),
  );
  for (const target of ['/?Action=DeleteUser', `/?Action=DeleteUser&${IAM}&UserName=bob`, '/?x=1', '/?']) {
    for (const body of [`Action=ListUsers&${IAM}`, '']) {
      const refused = takeApart(await answer({ ...stsRequest(bench, body, undefined), target }));
      assert.deepEqual([refused.status, code(refused)], [400, 'MalformedInput']);
      assert.equal(bench.lastEvent().action, 'request.malformed');
    }
  }
  assert.throws(() => deleteUser.asked());
});

test('a form with a target header is a request to KMS, whatever else it says', async () => {
  const { bench, ann, route } = setUp();
  const sts = stsRequest(bench, 'Action=GetCallerIdentity&Version=2011-06-15', ann);
  const rawHeaders = [...sts.rawHeaders, 'x-test-scope', 'kms', 'X-Amz-Target', 'TrentService.ListKeys'];
  const { members } = takeApart(await route.handle({ ...sts, rawHeaders }));
  assert.equal(members['__type'], 'SerializationException');
  assert.deepEqual(bench.lastEvent().protocol, { front: 'aws', service: 'kms', operation: 'ListKeys' });
});

test('a form of another content type, or of several, is no request of the query protocol', async () => {
  const { bench, ann, route } = setUp();
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const form = 'application/x-www-form-urlencoded';
  const types: readonly (readonly string[])[] = [
    ['Content-Type', 'text/plain'],
    ['Content-Type', 'application/json'],
    ['Content-Type', `${form}, text/plain`],
    ['Content-Type', form, 'content-type', 'application/x-amz-json-1.1'],
    ['Content-Type', 'application/x-amz-json-1.1', 'content-type', form],
    ['Content-Type', form, 'Content-Type', form],
    [],
  ];
  for (const type of types) {
    const request = kmsRequest(bench, undefined, body, ann);
    const rawHeaders = [...type, ...request.rawHeaders.slice(2)];
    const { members } = takeApart(await route.handle({ ...request, rawHeaders }));
    assert.equal(members['__type'], 'UnknownOperationException', type.join(' '));
    assert.equal(bench.lastEvent().protocol.service, 'kms');
  }
});

test('a completion adds to the result once the event is durable, and not to refusals', async () => {
  const { bench, ann } = setUp();
  const { operation } = echo('GetAccessKeyLastUsed', { userName: 'ann' });
  const completions = new Map([
    [
      'GetAccessKeyLastUsed',
      (result: object, { caller, params }: { caller: Caller; params: { text(name: string): string } }) => {
        assert.equal(bench.lastEvent().action, 'test.echo');
        assert.equal(caller, ann);
        const serviceName = params.text('accessKeyId');
        return Promise.resolve({ ...result, accessKeyLastUsed: { serviceName, region: 'N/A' } });
      },
    ],
  ]);
  const body = `Action=GetAccessKeyLastUsed&${IAM}&AccessKeyId=`;
  const id = 'AKIAIOSFODNN7EXAMPLE';
  const { text } = await ask(bench, [operation], signedBy(ann, 'iam'), body + id, { completions });
  const completed = `<AccessKeyLastUsed><ServiceName>${id}</ServiceName><Region>N/A</Region></AccessKeyLastUsed>`;
  assert.ok(text.includes(`<UserName>ann</UserName>${completed}`), text);
  const refused = await ask(bench, [operation], signedBy(ann, 'iam'), body, { completions });
  assert.equal(code(refused), 'ValidationError');
});

test('when nothing can be recorded, nothing is released, and every service says so in its own words', async () => {
  const { bench, ann } = setUp();
  bench.fault = 'Unavailable';
  const operations = [echo('ListUsers').operation, echo('GetSessionToken', { credentials: {} }).operation];
  const cases = [
    ['iam', `Action=ListUsers&${IAM}`, 'ServiceFailure'],
    ['iam', `Action=Nope&${IAM}`, 'ServiceFailure'],
    ['sts', 'Action=GetSessionToken&Version=2011-06-15', 'InternalFailure'],
  ] as const;
  for (const [service, body, name] of cases) {
    const answer = await ask(bench, operations, signedBy(ann, service), body);
    assert.deepEqual([answer.status, code(answer)], [500, name]);
    assert.match(answer.text, /<Type>Receiver<\/Type>/);
    assert.equal(answer.headers['x-keywitness-event-id'], undefined);
  }
});

const certificate = {
  issuer: 'CN=ca',
  notAfter: '2030-01-01T00:00:00.000Z',
  serial: '01',
  sha256: 'ab'.repeat(32),
  subject: 'CN=ann',
};

test('without any signature, a client certificate says who the caller is', async () => {
  const { bench, ann } = setUp();
  const { operation, asked } = echo('ListUsers');
  const asks: string[] = [];
  const certificateCaller = (sha256: string): Caller | undefined => {
    asks.push(sha256);
    return ann;
  };
  const request = stsRequest(bench, `Action=ListUsers&${IAM}`, undefined);
  const client = { ...request.attempt.client, certificate };
  const shown = { ...request, attempt: { ...request.attempt, client } };
  const send = async (verdict: SignatureVerdict, proved = certificateCaller): Promise<KmsAnswer> => {
    const answer = answerer(bench.service, [operation], verdict, { certificateCaller: proved });
    return takeApart(await answer(shown));
  };
  assert.equal((await send(notSigned)).status, 200);
  assert.equal(asked().caller, ann);
  assert.deepEqual(asks, [certificate.sha256]);
  const proxied = { ...shown, attempt: { ...shown.attempt, client, isRelayed: true as const } };
  const direct = answerer(bench.service, [operation], notSigned, { certificateCaller });
  assert.equal(code(takeApart(await direct(proxied))), 'MissingAuthenticationToken');
  assert.equal(code(await send(notSigned, () => undefined)), 'MissingAuthenticationToken');
  assert.equal(code(await send(signedBy(ann, 's3'))), 'SignatureDoesNotMatch');
  const otherScheme = { kind: 'refused', code: 'MissingAuthenticationToken', message: 'no' } as const;
  assert.equal(code(await send(otherScheme)), 'MissingAuthenticationToken');
  const wrong = { kind: 'refused', code: 'InvalidSignature', message: 'no' } as const;
  assert.equal(code(await send(wrong)), 'SignatureDoesNotMatch');
  assert.deepEqual(asks, [certificate.sha256]);
});
