import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { answerer, echo, notSigned, signedBy } from './query.test-fixture.ts';
import { stsRequest } from './route.test-fixture.ts';

const OPERATIONS = [
  echo('CreateUser', { user: { userName: '<&>', tags: [{ key: '\u0000', value: ']]>' }] } }),
  echo('SimulatePrincipalPolicy', { evaluationResults: [{ evalDecisionDetails: { '<': '&' } }] }),
  echo('DeleteUser'),
  echo('AssumeRole', { credentials: { sessionToken: 'x', expiration: 0 } }),
  echo('AssumeRoleWithWebIdentity', {}),
].map(({ operation }) =>
  operation.name === 'AssumeRoleWithWebIdentity'
    ? { ...operation, takesWebIdentity: true as const }
    : operation,
);

const action = fc.oneof(
  fc.constantFrom(
    ...OPERATIONS.map(({ name }) => name),
    'CreateSAMLProvider',
    'GetFederationToken',
    'toString',
  ),
  fc.string({ unit: anyCharacter, maxLength: 12 }),
);
const version = fc.constantFrom('2010-05-08', '2011-06-15', '', '2015-01-01');
/** Parts of names that operations know, that lists and maps have, and that mean something elsewhere. */
const PARTS =
  'UserName Tags Key Value PolicyArns arn ContextEntries ContextKeyValues ActionNames PolicySourceArn RoleArn ' +
  'RoleSessionName DurationSeconds WebIdentityToken MaxItems member entry 1 2 0 01 -1 __proto__ length key value';
const part = fc.constantFrom('', ...PARTS.split(' '));
const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.'));
const value = fc.oneof(
  fc.constantFrom('ann', '3600', 'true', `arn:aws:iam::111122223333:role/r`, ''),
  fc.string({ unit: anyCharacter, maxLength: 30 }),
);
const field = fc.tuple(name, value).map(([key, text]) => new URLSearchParams([[key, text]]).toString());
const form = fc.record({ action, version, fields: fc.array(field, { maxLength: 8 }) }).map((asked) => {
  const head = new URLSearchParams({ Action: asked.action, Version: asked.version }).toString();
  return Buffer.from([head, ...asked.fields].join('&'));
});
const good = fc.constantFrom(
  'Action=DeleteUser&Version=2010-05-08&UserName=ann',
  'Action=CreateUser&Version=2010-05-08&UserName=ann&Tags.member.1.Key=a&Tags.member.1.Value=b',
  'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=token' +
    '&RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=pod',
);
const body = fc.oneof(
  { weight: 2, arbitrary: good.map((text) => Buffer.from(text)) },
  { weight: 4, arbitrary: form },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(form, fc.uint8Array({ maxLength: 4 })).map((parts) => Buffer.concat(parts)),
  },
);

const ANSWER = /^<\w+Response xmlns="https:\/\/(?:iam|sts)\./;
const ERROR = /^<ErrorResponse xmlns="[^"]*"><Error><Type>(?:Sender|Receiver)<\/Type><Code>[A-Za-z]+<\/Code>/;

const webIdentity = {
  providerArn: 'arn:aws:iam::111122223333:oidc-provider/issuer.example',
  issuer: 'https://issuer.example',
  subject: 'app',
  audience: 'here',
  claims: {},
  issuedAtMs: 0,
  expiresAtMs: 1,
  mfa: false,
};

function assertXml({ body: text, headers, status }: HttpAnswer): void {
  assert.ok(typeof text === 'string');
  assert.equal(headers['content-type'], 'text/xml');
  assert.match(headers['x-keywitness-event-id'] ?? '', /^[0-9a-f-]{36}$/);
  assert.doesNotMatch(text, /[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/u);
  assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|#39|#13);)/);
  assertBalanced(text);
  assert.match(text, status === 200 ? ANSWER : ERROR);
}

/** Every element is closed in the order that it was opened. */
function assertBalanced(text: string): void {
  const open: string[] = [];
  for (const [, slash, tag = ''] of text.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (slash === '') open.push(tag);
    else assert.equal(open.pop(), tag);
  }
  assert.deepEqual(open, []);
}

test('whatever form is sent is answered in XML, and the record counts exactly the answers (G2)', async () => {
  const statuses = new Set<number>();
  const signature = fc.constantFrom('iam', 'sts', 'kms', undefined);
  const target = fc.constantFrom('/', '/', '/', '/?Action=DeleteUser');
  const sent = fc.array(fc.record({ body, signature, target, verified: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sent, async (requests) => {
      const bench = new TestBench(openMemoryStore());
      const ann = bench.addUser('ann');
      const answers = await Promise.all(
        requests.map(({ body: bytes, signature: service, target: path, verified }) => {
          const verdict = service === undefined ? notSigned : signedBy(ann, service);
          const answer = answerer(bench.service, OPERATIONS, verdict, {
            verifyWebIdentity: () =>
              Promise.resolve(
                verified
                  ? { kind: 'verified', webIdentity }
                  : { kind: 'refused', code: 'InvalidIdentityToken', message: 'no' },
              ),
          });
          return answer({ ...stsRequest(bench, '', undefined), body: bytes, target: path });
        }),
      );
      for (const answer of answers) {
        assertXml(answer);
        statuses.add(answer.status);
      }
      const recorded = bench.events().reduce((sum, { count }) => sum + (count ?? 1), 0);
      assert.equal(recorded, requests.length);
    }),
    { numRuns: 200 },
  );
  assert.ok(statuses.has(200) && statuses.has(400) && statuses.has(403), [...statuses].join(' '));
});
