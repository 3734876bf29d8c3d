import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchTargets, withSuggestions } from './search-targets.ts';

test('the likeliest meaning of a text comes first', () => {
  const cases = [
    ['0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', '/events/0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'],
    ['1234abcd-12ab-44cd-86ef-1234567890ab', '/keys/1234abcd-12ab-44cd-86ef-1234567890ab'],
    ['mrk-1234abcd12ab44cd86ef1234567890ab', '/keys/mrk-1234abcd12ab44cd86ef1234567890ab'],
    ['AKIA234567ABCDEFGHIJ', '/audit?credential=AKIA234567ABCDEFGHIJ'],
    ['192.0.2.7', '/audit?source=192.0.2.7'],
    ['2001:db8::7', '/audit?source=2001%3Adb8%3A%3A7'],
    ['customer=4711', '/access?asset=customer%3D4711'],
    ['arn:aws:kms:eu-central-1:111122223333:key/1234', '/keys/1234'],
    ['arn:aws:iam::111122223333:user/ann', '/identities/ann'],
    ['  payroll export ', '/audit?text=payroll+export'],
  ] as const;
  for (const [text, href] of cases) assert.equal(searchTargets(text)[0]?.href, href);
});

test('whatever it may mean, words can be looked for in the record; nothing means nothing', () => {
  for (const text of ['customer=4711', '192.0.2.7', 'x']) {
    assert.equal(searchTargets(text).at(-1)?.what, 'Search the record for');
  }
  assert.deepEqual(searchTargets('  '), []);
});

test('values of the record are suggested behind what was typed, each once, and lead to their pages', () => {
  const typed = searchTargets('customer=4711');
  const all = withSuggestions(typed, [
    { field: 'asset', value: 'customer=4711' },
    { field: 'asset', value: 'customer=47110' },
    { field: 'principal', value: 'arn:aws:iam::111122223333:user/customers' },
    { field: 'errorCode', value: 'CustomerException' },
  ]);
  assert.deepEqual(
    all.slice(typed.length).map(({ what, href }) => [what, href]),
    [
      ['Who accessed', '/access?asset=customer%3D47110'],
      ['Open the identity', '/identities/customers'],
      ['Events with the code', '/audit?errorCode=CustomerException'],
    ],
  );
});
