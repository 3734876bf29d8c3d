import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiFilters, commandWords, readAuditQuery } from './audit-query.ts';

const nowMs = Date.parse('2030-01-31T12:00:00.000Z');

test('an address is read as filters of the API; what it cannot mean is left out', () => {
  const query = readAuditQuery(
    new URLSearchParams(
      'asset=customer=4711&outcome=denied&principal=%20ann%20&range=24h&from=2030-01-01&x=y',
    ),
  );
  assert.deepEqual(apiFilters(query, nowMs), {
    asset: { name: 'customer', value: '4711' },
    outcome: 'denied',
    principal: 'ann',
    from: '2030-01-30T12:00:00.000Z',
  });
  const nonsense = readAuditQuery(
    new URLSearchParams('asset=4711&outcome=maybe&text=--&from=yesterday&range=9y&order=upwards'),
  );
  assert.deepEqual(nonsense, { filters: {}, order: 'newest' });
  assert.deepEqual(apiFilters(nonsense, nowMs), {});
});

test('the command line has the same filters, and is silent about those that it does not have', () => {
  const query = readAuditQuery(
    new URLSearchParams('errorCode=AccessDenied&request=r-1&from=2030-01-01T00:00:00Z&order=oldest'),
  );
  assert.deepEqual(commandWords(query), {
    words: ['--error-code', 'AccessDenied', '--from', '2030-01-01T00:00:00.000Z', '--oldest'],
    missing: ['request'],
  });
});
