import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FormNode, parseForm } from './form.ts';
import { MalformedRequest } from './malformed.ts';

const parse = (text: string): FormNode => parseForm(Buffer.from(text, 'utf8'));

/** All texts with their whole names. */
function flat(node: FormNode, name = ''): readonly (readonly [string, string])[] {
  const own = node.text === undefined ? [] : [[name, node.text] as const];
  const below = Array.from(node.members, ([part, member]) =>
    flat(member, name === '' ? part : `${name}.${part}`),
  );
  return [...own, ...below.flat()];
}

test('takes names apart at their dots', () => {
  const form = parse(
    'Action=CreateUser&Tags.member.1.Key=a&Tags.member.2.Key=b+c&Tags.member.1.Value=%C3%BC&Path=',
  );
  assert.deepEqual(flat(form), [
    ['Action', 'CreateUser'],
    ['Tags.member.1.Key', 'a'],
    ['Tags.member.1.Value', 'ü'],
    ['Tags.member.2.Key', 'b c'],
    ['Path', ''],
  ]);
});

test('a field without an equals sign has an empty value, and empty fields are none', () => {
  assert.deepEqual(flat(parse('&a&&b=1=2&')), [
    ['a', ''],
    ['b', '1=2'],
  ]);
  assert.deepEqual(flat(parse('')), []);
});

test('reads what the platform writes', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'B', '1', '-', 'é', '&', '=', '+', '%', ' '),
    minLength: 1,
  });
  const value = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true }), (fields) => {
      const form = parse(new URLSearchParams(fields).toString());
      assert.deepEqual(Object.fromEntries(flat(form)), fields);
    }),
  );
});

const REFUSED: readonly (readonly [name: string, body: string | Uint8Array])[] = [
  ['a name twice', 'Action=a&Action=a'],
  ['a name twice, in another encoding', 'Action=a&%41ction=b'],
  ['a percent sign alone', 'a=%'],
  ['no hexadecimal digits', 'a=%zz'],
  ['encoded bytes that are no UTF-8', 'a=%ff'],
  ['an encoded surrogate', 'a=%ED%A0%80'],
  ['an overlong encoding', 'a=%C0%80'],
  ['bytes that are no UTF-8', Buffer.of(0x61, 0x3d, 0xff)],
  ['a name of 513 characters', `${'a'.repeat(513)}=`],
  ['a name of 9 parts', `${'a.'.repeat(8)}a=`],
  ['5,001 parameters', 'a&'.repeat(5001).replaceAll(/a/g, () => '')],
];

for (const [name, body] of REFUSED) {
  test(`refuses ${name}`, () => {
    assert.throws(() => parseForm(typeof body === 'string' ? Buffer.from(body) : body), MalformedRequest);
  });
}

test('names like those of objects are names like others', () => {
  const form = parse('__proto__.a=1&constructor=2&Tags.__proto__=3');
  assert.deepEqual(flat(form), [
    ['__proto__.a', '1'],
    ['constructor', '2'],
    ['Tags.__proto__', '3'],
  ]);
  assert.equal(form.members.get('toString'), undefined);
});

test('no bytes make it fail in another way, and no message repeats them', () => {
  const piece = fc.constantFrom('a', 'canary', '.', '=', '&', '%', '%4', '%41', '+', 'member.1.', 'é');
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''))),
  );
  fc.assert(
    fc.property(body, (bytes) => {
      try {
        parseForm(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedRequest);
        assert.ok(!error.message.includes('canary'));
      }
    }),
    { numRuns: 2000 },
  );
});
