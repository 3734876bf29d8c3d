import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chanceOf } from './chance.ts';
import { companyKeys, identities, policyOf } from './company.ts';
import { type Intent, nextIntent } from './schedule.ts';

const hourMs = 3_600_000;
/** A Monday at midnight. */
const monday = Date.UTC(2026, 8, 7);

/** What happens in a time, at a scale. */
function drawn(seed: number, fromMs: number, hours: number): readonly (Intent & { readonly atMs: number })[] {
  const chance = chanceOf(seed);
  const intents: (Intent & { readonly atMs: number })[] = [];
  let atMs = fromMs;
  for (;;) {
    const { intent, waitMs } = nextIntent(chance, atMs, 1);
    atMs += waitMs;
    if (atMs >= fromMs + hours * hourMs) return intents;
    intents.push({ ...intent, atMs });
  }
}

test('the same seed draws the same traffic, and another seed another', () => {
  assert.deepEqual(drawn(5, monday, 12), drawn(5, monday, 12));
  assert.notDeepEqual(drawn(5, monday, 12), drawn(6, monday, 12));
});

test('people work on workdays by day, backups run by night, and mistakes are rare', () => {
  const week = drawn(3, monday, 24 * 7);
  const by = (name: string): readonly Date[] =>
    week.filter(({ identity }) => identity.name === name).map(({ atMs }) => new Date(atMs));
  const office = by('support-desk');
  assert(office.length > 50);
  for (const time of office) {
    assert(time.getUTCHours() >= 7 && time.getUTCHours() <= 18, time.toISOString());
    assert.notEqual(time.getUTCDay() % 6, 0);
  }
  const nights = by('backup-job').map((time) => time.getUTCHours());
  // The last of a night may be drawn in it and happen after it.
  assert(nights.length > 200 && nights.every((hour) => hour >= 1 && hour <= 4), nights.join(' '));
  const permitted = week.filter(({ habit, identity }) => identity.habits.includes(habit));
  assert(permitted.length < week.length && permitted.length > 0.97 * week.length);
});

test('every habit is permitted by the policy of its identity, and no mistake is', () => {
  const arns = new Map(companyKeys.map(({ name }) => [name, `arn:of:${name}`]));
  for (const identity of identities) {
    const policy = policyOf(identity, arns);
    const allows = (operation: string, key: string): boolean =>
      policy.includes(`kms:${operation}`) && policy.includes(`arn:of:${key}`);
    for (const { key, operation } of identity.habits) {
      assert(operation === 'ListKeys' || allows(operation, key), `${identity.name} ${operation} ${key}`);
    }
    for (const { key, operation } of identity.mistakes?.habits ?? []) {
      assert(!allows(operation, key), `${identity.name} ${operation} ${key}`);
    }
  }
});

test('a choice keeps to its weights', () => {
  const chance = chanceOf(9);
  const items = [
    { name: 'often', weight: 9 },
    { name: 'never', weight: 0 },
    { name: 'seldom', weight: 1 },
  ];
  const names = Array.from({ length: 2000 }, () => chance.weighted(items).name);
  const often = names.filter((name) => name === 'often').length;
  assert(often > 1700 && often < 1900, String(often));
  assert(!names.includes('never'));
  assert.throws(() => chance.of([]), RangeError);
});
