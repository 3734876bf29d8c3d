import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreatePolicyVersion$, CreateUser$, ListUsers$, SimulateCustomPolicy$ } from '@aws-sdk/client-iam';
import { AssumeRole$, AssumeRoleWithWebIdentity$, GetCallerIdentity$ } from '@aws-sdk/client-sts';
import type { ConstraintLookup } from './constraints.ts';
import { parseForm } from './form.ts';
import { MalformedRequest } from './malformed.ts';
import { iamConstraintOf, stsConstraintOf } from './query-constraints.ts';
import { compileReadForm } from './read-form.ts';
import type { ReadRequest } from './read-request.ts';
import type { SchemaSource } from './schema.ts';

function read(
  input: SchemaSource,
  body: string,
  constraintOf: ConstraintLookup = iamConstraintOf,
): ReadRequest {
  return compileReadForm(input, constraintOf)(parseForm(Buffer.from(body)));
}

function complaint(request: ReadRequest): string {
  assert.equal(request.kind, 'invalid');
  return request.message;
}

test('reads texts, structures in lists and texts in lists', () => {
  const { kind, params } = read(
    CreateUser$[4],
    'UserName=ann&Path=%2Fteam%2F&Tags.member.2.Key=b&Tags.member.2.Value=&Tags.member.1.Key=a&Tags.member.1.Value=1&Nope=1',
  );
  assert.equal(kind, 'read');
  assert.deepEqual([params.text('userName'), params.text('path')], ['ann', '/team/']);
  assert.deepEqual(
    params.structures('tags').map((tag) => [tag.text('key'), tag.text('value')]),
    [
      ['a', '1'],
      ['b', ''],
    ],
  );
  const simulated = read(
    SimulateCustomPolicy$[4],
    'PolicyInputList.member.1=%7B%7D&ActionNames.member.1=kms:Decrypt&ContextEntries.member.1.ContextKeyName=aws:x&ContextEntries.member.1.ContextKeyType=string&ContextEntries.member.1.ContextKeyValues.member.1=v',
  );
  assert.equal(simulated.kind, 'read');
  const [entry] = simulated.params.structures('contextEntries');
  assert.deepEqual(entry?.texts('contextKeyValues'), ['v']);
});

test('reads numbers and booleans, and an empty list', () => {
  assert.equal(read(ListUsers$[4], 'MaxItems=7').params.number('maxItems'), 7);
  const version = 'PolicyArn=arn:aws:iam::111122223333:policy/p&PolicyDocument=%7B%7D&SetAsDefault=';
  assert.equal(read(CreatePolicyVersion$[4], `${version}true`).params.flag('setAsDefault'), true);
  assert.equal(read(CreatePolicyVersion$[4], `${version}false`).params.flag('setAsDefault'), false);
  assert.deepEqual(read(CreateUser$[4], 'UserName=ann&Tags=').params.structures('tags'), []);
});

test('an operation without parameters ignores what is there', () => {
  const { kind, params } = read(GetCallerIdentity$[4], 'Action=GetCallerIdentity&x.y=1', stsConstraintOf);
  assert.equal(kind, 'read');
  assert.equal(params.has('x'), false);
});

test('violations are told in the words of AWS', () => {
  assert.equal(
    complaint(read(CreateUser$[4], 'UserName=a%20b')),
    "1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
  );
  assert.equal(
    complaint(read(CreateUser$[4], 'Tags.member.1.Key=a')),
    "2 validation errors detected: Value null at 'userName' failed to satisfy constraint: Member must not be null; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
  );
  assert.equal(
    complaint(read(ListUsers$[4], 'MaxItems=0')),
    "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
  );
  assert.match(complaint(read(CreateUser$[4], `UserName=${'a'.repeat(65)}`)), /less than or equal to 64$/);
});

test('values cannot end in a line break where the pattern does not let them', () => {
  assert.match(complaint(read(CreateUser$[4], 'UserName=ann%0A')), /regular expression/);
});

test('no message shows a token or a code', () => {
  const canary = 'C4N4RY';
  const token = `RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=s1&WebIdentityToken=${canary}${'x'.repeat(20_000)}`;
  const message = complaint(read(AssumeRoleWithWebIdentity$[4], token, stsConstraintOf));
  assert.match(message, /^1 validation error detected: Value at 'webIdentityToken' failed/);
  const code = `RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=s1&TokenCode=${canary}z`;
  const codeMessage = complaint(read(AssumeRole$[4], code, stsConstraintOf));
  assert.ok(codeMessage.includes('tokenCode'));
  for (const text of [message, codeMessage]) assert.ok(!text.includes(canary));
});

const MALFORMED: readonly (readonly [name: string, body: string, message: string])[] = [
  ['a text with members', 'UserName.a=1', 'Start of structure or map found where not expected.'],
  [
    'a text with members beside it',
    'UserName=a&UserName.a=1',
    'Start of structure or map found where not expected.',
  ],
  ['a list that is a text', 'Tags=a', 'STRING_VALUE can not be converted to a List'],
  [
    'a list that is a text as well',
    'Tags=&Tags.member.1.Key=a',
    'STRING_VALUE can not be converted to a List',
  ],
  [
    'a list whose items have another name',
    'Tags.Tag.1.Key=a',
    'Start of structure or map found where not expected.',
  ],
  [
    'a list with items of two names',
    'Tags.member.1.Key=a&Tags.1.Key=a',
    'Start of structure or map found where not expected.',
  ],
  ['items from 0', 'Tags.member.0.Key=a', 'The items of a list must be numbered from 1 without gaps.'],
  [
    'items with a gap',
    'Tags.member.1.Key=a&Tags.member.3.Key=a',
    'The items of a list must be numbered from 1 without gaps.',
  ],
  [
    'items with zeros in front',
    'Tags.member.01.Key=a',
    'The items of a list must be numbered from 1 without gaps.',
  ],
  [
    'items that are no numbers',
    'Tags.member.length=1',
    'The items of a list must be numbered from 1 without gaps.',
  ],
  ['a structure that is a text', 'Tags.member.1=a', 'STRING_VALUE can not be converted to a Structure'],
];

for (const [name, body, message] of MALFORMED) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => read(CreateUser$[4], `UserName=ann&${body}`.replace(/^UserName=ann&UserName/, 'UserName')),
      {
        name: 'MalformedRequest',
        message,
      },
    );
  });
}

test('numbers and booleans have one spelling', () => {
  for (const number of ['', '1.5', '1e3', '0x1', ' 1', '+1', '9999999999', '99999999999999999999', 'one']) {
    assert.throws(
      () => read(ListUsers$[4], `MaxItems=${encodeURIComponent(number)}`),
      MalformedRequest,
      number,
    );
  }
  for (const flag of ['', 'TRUE', '1', 'yes']) {
    assert.throws(() => read(CreatePolicyVersion$[4], `SetAsDefault=${flag}`), MalformedRequest, flag);
  }
});

/** A structure of types that no operation of IAM or STS takes today: bytes, an instant, maps and flattened lists. */
const RARE: SchemaSource = [
  3,
  'test',
  'RareRequest',
  0,
  ['Bytes', 'At', 'Map', 'FlatMap', 'Flat', 'Named', 'Renamed'],
  [
    21,
    4,
    [2, 'test', 'TextMap', 0, 0, 0],
    [() => [2, 'test', 'FlatTextMap', { xmlFlattened: 1 }, [0, { xmlName: 'K' }], [0, { xmlName: 'V' }]], 0],
    [() => [1, 'test', 'FlatList', { xmlFlattened: 1 }, 0], 0],
    [1, 'test', 'NamedList', 0, [0, { xmlName: 'Item' }]],
    [0, { xmlName: 'Other' }],
  ],
];
const NO_DEMANDS: ConstraintLookup = () => ({});

test('reads bytes, instants, maps, flattened lists, and the names that the model gives', () => {
  const body =
    'Bytes=AQI%3D&At=2027-01-15T08:00:00.5Z&Map.entry.1.key=__proto__&Map.entry.1.value=b&FlatMap.1.K=c&FlatMap.1.V=d&Flat.1=e&Flat.2=f&Named.Item.1=g&Other=h';
  const { params } = read(RARE, body, NO_DEMANDS);
  assert.deepEqual(Buffer.from(params.bytes('bytes')), Buffer.of(1, 2));
  assert.equal(params.number('at'), Date.UTC(2027, 0, 15, 8, 0, 0, 500));
  assert.deepEqual(Object.entries(params.textMap('map') ?? {}), [['__proto__', 'b']]);
  assert.deepEqual(params.textMap('flatMap'), { c: 'd' });
  assert.deepEqual(
    [params.texts('flat'), params.texts('named'), params.text('renamed')],
    [['e', 'f'], ['g'], 'h'],
  );
  for (const wrong of [
    'Bytes=AQI',
    'At=2027',
    'At=2027-13-15T08:00:00Z',
    'Map.entry.1.key=a',
    'Map.entry.1.key=a&Map.entry.1.value=b&Map.entry.2.key=a&Map.entry.2.value=c',
  ]) {
    assert.throws(() => read(RARE, wrong, NO_DEMANDS), MalformedRequest, wrong);
  }
});
