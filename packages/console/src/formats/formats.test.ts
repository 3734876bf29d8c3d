import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import {
  bytesText,
  commandLine,
  countOf,
  csvOf,
  durationText,
  instantText,
  option,
  parseArn,
  relativeText,
  shortArn,
} from './index.ts';

test('an instant is written in UTC, or with its offset from it', () => {
  const at = new Date('2030-01-31T23:59:59.123Z');
  assert.deepEqual(instantText(at, 'utc'), { day: '2030-01-31', time: '23:59:59', zone: 'UTC' });
  assert.equal(instantText(at, 'utc', true).time, '23:59:59.123');
  const { day, time, zone } = instantText(at, 'local');
  assert.match(zone, /^[+-]\d\d:\d\d$/);
  assert.equal(new Date(`${day}T${time}.123${zone}`).getTime(), at.getTime());
});

test('how far away an instant is, is said in its largest unit', () => {
  const now = new Date('2030-01-31T12:00:00Z');
  const cases = [
    ['2030-01-31T11:59:58Z', 'just now'],
    ['2030-01-31T11:59:15Z', '45 seconds ago'],
    ['2030-01-31T11:00:01Z', '59 minutes ago'],
    ['2030-02-02T13:00:00Z', 'in 2 days'],
    ['2029-01-01T00:00:00Z', '1 year ago'],
  ] as const;
  for (const [at, expected] of cases) assert.equal(relativeText(new Date(at), now), expected);
});

test('durations and amounts have units', () => {
  const durations = [
    [250, '250 ms'],
    [45_000, '45 s'],
    [7_500_000, '2 h 5 min'],
    [259_200_000, '3 d'],
  ] as const;
  for (const [ms, expected] of durations) assert.equal(durationText(ms), expected);
  assert.deepEqual([bytesText(999), bytesText(1500), bytesText(2.5e12)], ['999 B', '1.5 kB', '2.5 TB']);
  assert.deepEqual([countOf(1, 'key'), countOf(1200, 'key')], ['1 key', '1,200 keys']);
});

test('an ARN is told apart, and short where it is shown', () => {
  const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab';
  assert.deepEqual(parseArn(key), {
    service: 'kms',
    region: 'eu-central-1',
    account: '111122223333',
    type: 'key',
    name: '1234abcd-12ab',
  });
  assert.equal(shortArn(key), 'key/1234abcd-12ab');
  assert.equal(shortArn('arn:aws:iam::111122223333:user/team/ann'), 'user/team/ann');
  assert.equal(shortArn('arn:aws:iam::111122223333:root'), 'root');
  assert.equal(shortArn('ann'), 'ann');
});

test('a table that is exported is quoted, and runs nothing in a spreadsheet', () => {
  const columns = [
    { name: 'who', valueOf: (row: readonly [string, number | undefined]) => row[0] },
    { name: 'how often', valueOf: (row: readonly [string, number | undefined]) => row[1] },
  ];
  const rows = [
    ['ann, "the auditor"', -1],
    ['=HYPERLINK("x")', undefined],
  ] as const;
  const lines = ['who,how often', '"ann, ""the auditor""",-1', `"'=HYPERLINK(""x"")",`];
  assert.equal(csvOf(columns, rows), lines.map((line) => `${line}\r\n`).join(''));
});

test('a shell reads a command line as the words that it was made of', () => {
  const words = ['customer=4711', "it's", 'a b', '$HOME', '*', '', '--option=x y'];
  const line = commandLine('printf', '%s\\n', ...words);
  assert.equal(
    execFileSync('sh', ['-c', line], { encoding: 'utf8' }),
    words.map((word) => `${word}\n`).join(''),
  );
  assert.deepEqual(
    [option('--key', 'a'), option('--key', undefined), option('--limit', 0)],
    [['--key', 'a'], [], ['--limit', '0']],
  );
});
