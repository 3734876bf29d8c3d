import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateQuotas, readQuotaRates, SharedQuotas } from './quota-counters.ts';
import { SettingsError } from './settings/index.ts';

const ann = {
  quota: 'CreateKey',
  account: '111122223333',
  region: undefined,
  principalArn: 'arn:aws:iam::111122223333:user/ann',
};
const bob = { ...ann, principalArn: 'arn:aws:iam::111122223333:user/bob' };

/** How many of these requests, all at once, are within the quotas. */
function count(quotas: SharedQuotas, counted: Parameters<SharedQuotas['take']>[0], times = 20): number {
  return Array.from({ length: times }, () => quotas.take(counted)).filter(Boolean).length;
}

function ratesOf(text: string, percent = 0): NonNullable<ReturnType<typeof readQuotaRates>> {
  const rates = readQuotaRates(text, percent);
  assert.ok(rates !== undefined);
  return rates;
}

test('a second’s worth goes at once, and then one for each of its shares of a second', () => {
  let nowMs = 1_800_000_000_000;
  const quotas = new SharedQuotas(allocateQuotas(), ratesOf('aws'), () => nowMs);
  assert.equal(count(quotas, ann), 5);
  nowMs += 199;
  assert.equal(count(quotas, ann), 0);
  nowMs += 1;
  assert.equal(count(quotas, ann), 1);
  nowMs += 10_000;
  assert.equal(count(quotas, ann), 5);
});

test('a rate of one in a second lets one through', () => {
  const quotas = new SharedQuotas(allocateQuotas(), ratesOf('CreateKey=1'), () => 1_800_000_000_000);
  assert.equal(count(quotas, ann), 1);
});

test('threads count together; accounts, regions and quotas each for itself', () => {
  const memory = allocateQuotas();
  const [one, other] = [1, 2].map(() => new SharedQuotas(memory, ratesOf('aws'), () => 1_800_000_000_000));
  assert.ok(one !== undefined && other !== undefined);
  assert.equal(count(one, ann, 3) + count(other, bob, 20), 5);
  assert.equal(count(one, { ...ann, account: '444455556666' }), 5);
  assert.equal(count(one, { ...ann, region: 'eu-west-1' }), 5);
  assert.equal(count(one, { ...ann, quota: 'PutKeyPolicy' }), 15);
  assert.equal(count(other, ann), 0);
});

test('one principal gets its part, and leaves the others theirs', () => {
  const quotas = new SharedQuotas(allocateQuotas(), ratesOf('aws', 40), () => 1_800_000_000_000);
  assert.equal(count(quotas, ann), 2);
  assert.equal(count(quotas, bob), 2);
});

test('what has no quota, or one of 0, is not limited', () => {
  const quotas = new SharedQuotas(allocateQuotas(), ratesOf('CreateKey=0'), () => 1_800_000_000_000);
  assert.equal(count(quotas, ann), 20);
  assert.equal(count(quotas, { ...ann, quota: 'ConnectCustomKeyStore' }), 20);
});

test('more counters than there is room for are not limited, and take none away from those that are', () => {
  const quotas = new SharedQuotas(allocateQuotas(), ratesOf('CreateKey=1'), () => 1_800_000_000_000);
  assert.equal(count(quotas, ann), 1);
  for (let n = 0; n < 70_000; n += 1) quotas.take({ ...ann, account: String(n) });
  assert.equal(count(quotas, ann), 0);
});

test('the setting is nothing, AWS’s, or changes of AWS’s', () => {
  assert.equal(readQuotaRates('0', 0), undefined);
  assert.equal(ratesOf('aws').perAccount['symmetric'], 10_000);
  const { perAccount } = ratesOf('symmetric=50000, CreateKey=100');
  assert.deepEqual(
    [perAccount['symmetric'], perAccount['CreateKey'], perAccount['RSA']],
    [50_000, 100, 1000],
  );
  for (const wrong of ['', 'x', 'CreateKey', 'CreateKey=', 'CreateKey=-1', 'MakeKey=1']) {
    assert.throws(() => readQuotaRates(wrong, 0), SettingsError, wrong);
  }
  assert.throws(() => readQuotaRates('aws', 101), SettingsError);
});
