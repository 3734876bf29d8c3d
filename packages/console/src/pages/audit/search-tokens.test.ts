import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsBeginning, lastToken, readTyped } from './search-tokens.ts';

test('tokens are read as filters, by name or by their form; the rest are words', () => {
  const cases = [
    ['principal:reports', { principal: 'reports' }, []],
    ['who:reports  payroll export', { principal: 'reports' }, ['payroll', 'export']],
    ['customer=4711 outcome:denied', { asset: 'customer=4711', outcome: 'denied' }, []],
    ['outcome:Allowed', { outcome: 'success' }, []],
    ['key:"alias/my key"', { key: 'alias/my key' }, []],
    ['"customer=4711"', {}, ['customer=4711']],
    ['192.0.2.7', { source: '192.0.2.7' }, []],
    ['AKIA234567ABCDEFGHIJ', { credential: 'AKIA234567ABCDEFGHIJ' }, []],
    ['arn:aws:iam::111122223333:user/ann', { principal: 'arn:aws:iam::111122223333:user/ann' }, []],
    ['arn:aws:kms:eu-west-1:111122223333:key/k', { key: 'arn:aws:kms:eu-west-1:111122223333:key/k' }, []],
    ['userAgent:aws-cli*', { userAgent: 'aws-cli*' }, []],
    ['nonsense:value', {}, ['nonsense:value']],
    ['constructor:value', {}, ['constructor:value']],
    ['principal:', {}, []],
    ['', {}, []],
  ] as const;
  for (const [text, filters, words] of cases) assert.deepEqual(readTyped(text), { filters, words }, text);
});

test('what is being typed is the last token, and nothing behind a space', () => {
  assert.deepEqual(lastToken('outcome:denied princ'), { start: 15, prefix: 'princ' });
  assert.deepEqual(lastToken('principal:rep'), { start: 0, field: 'principal', prefix: 'rep' });
  assert.deepEqual(lastToken('key:"alias/a b'), { start: 0, field: 'key', prefix: 'alias/a b' });
  assert.deepEqual(lastToken('denied '), { start: 7, prefix: '' });
});

test('fields are found by the beginning of any of their names', () => {
  assert.deepEqual(fieldsBeginning('us'), ['userAgent', 'principal']);
  assert.deepEqual(fieldsBeginning('zz'), []);
});
