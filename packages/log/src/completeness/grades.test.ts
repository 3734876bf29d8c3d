import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assetGrade } from './index.ts';

const asset = { name: 'customer', value: '4711' };
const other = { action: 'key.encrypt', outcome: 'success' };

test('an event is about an asset alone, about others as well, or not at all', () => {
  const cases: readonly (readonly [object, string | undefined])[] = [
    [{ context: { customer: '4711' } }, 'asset-exact'],
    [{ context: { customer: '4711' }, sourceContext: { customer: '4711' } }, 'asset-exact'],
    [{ sourceContext: { customer: '4711' } }, 'asset-exact'],
    [{ context: { customer: '4711', purpose: 'files' } }, 'asset-set'],
    [{ context: { customer: '4711' }, sourceContext: { customer: '4712' } }, 'asset-set'],
    [{ context: { customer: '4712' } }, undefined],
    [{ context: { owner: '4711' } }, undefined],
    [{ context: ['customer'] }, undefined],
    [{}, undefined],
  ];
  for (const [members, grade] of cases) {
    const graded = assetGrade({ ...other, ...members }, asset);
    assert.equal(graded?.grade, grade, JSON.stringify(members));
    assert.notEqual(graded?.lease, true);
  }
  assert.equal(assetGrade('no event', asset), undefined);
});

test('a lease is an event after which its caller holds what can be used without an event', () => {
  const context = { customer: '4711' };
  const lease = (action: string, outcome = 'success'): boolean | undefined =>
    assetGrade({ action, outcome, context }, asset)?.lease;
  assert.equal(lease('key.generate-data-key'), true);
  assert.equal(lease('key.decrypt'), true);
  assert.equal(lease('key.decrypt', 'denied'), false);
  assert.equal(lease('key.generate-data-key-without-plaintext'), false);
  assert.equal(lease('key.encrypt'), false);
  assert.equal(lease('key.re-encrypt'), false);
});
