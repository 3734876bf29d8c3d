import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Finding, type JsonObject, parseRuleFile, RuleEngine, ruleEvent } from '@keywitness/rules';

const file = join(import.meta.dirname, 'cloudtrail/records.jsonl.gz');
const records = gunzipSync(readFileSync(file))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => readRecord(line));

function readRecord(line: string): JsonObject {
  const value: unknown = JSON.parse(line);
  assert(isObject(value));
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(record: JsonObject, ...path: readonly string[]): string | undefined {
  let value: unknown = record;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** All findings of a rule file over the records, as if they were those of our own events. */
function findingsOf(text: string): readonly Finding[] {
  const engine = new RuleEngine([parseRuleFile(text, 'community')]);
  return records.flatMap((record, index) =>
    engine.feed(
      ruleEvent(
        index,
        {
          id: member(record, 'eventID') ?? '',
          time: member(record, 'eventTime') ?? '',
          action: 'trail',
          protocol: { operation: member(record, 'eventName') ?? '' },
        },
        () => record,
      ),
    ),
  );
}

/** A detection as public rules for AWS are written: it knows nothing of us. A finding for each record. */
const detection = (selection: string): string => `title: A public rule
status: experimental
references: [https://attack.mitre.org]
tags: [attack.credential-access]
logsource: {product: aws, service: cloudtrail}
detection:
${selection}
falsepositives: [Unknown]
level: medium
keywitness: {group-by: [eventID], quiet: 1s}
`;

const CASES: Readonly<Record<string, readonly [rule: string, holds: (record: JsonObject) => boolean]>> = {
  'one value of one field': [
    detection('  selection: {eventSource: kms.amazonaws.com, eventName: Decrypt}\n  condition: selection'),
    (record) => record['eventSource'] === 'kms.amazonaws.com' && record['eventName'] === 'Decrypt',
  ],
  'error codes that end or contain': [
    detection(
      '  denied: {errorCode|startswith: AccessDenied}\n  unauthorized: {errorCode|endswith: .UnauthorizedOperation}\n  condition: 1 of *denied or unauthorized',
    ),
    (record) => /^AccessDenied|\.UnauthorizedOperation$/.test(member(record, 'errorCode') ?? ''),
  ],
  'nested members, a list of values, and what is filtered out': [
    detection(
      '  selection: {eventSource: secretsmanager.amazonaws.com, eventName: [GetSecretValue, BatchGetSecretValue]}\n  filter_service: {userIdentity.type: AWSService}\n  condition: selection and not 1 of filter_*',
    ),
    (record) =>
      ['GetSecretValue', 'BatchGetSecretValue'].includes(member(record, 'eventName') ?? '') &&
      member(record, 'userIdentity', 'type') !== 'AWSService',
  ],
  'a member of a map whose name has capitals': [
    detection(
      "  selection: {requestParameters.encryptionContext.SecretARN|contains: ':secret:stratus'}\n  condition: selection",
    ),
    (record) =>
      (member(record, 'requestParameters', 'encryptionContext', 'SecretARN') ?? '').includes(
        ':secret:stratus',
      ),
  ],
  'an address that is none': [
    detection(
      '  selection: {eventSource: kms.amazonaws.com}\n  addresses: {sourceIPAddress|cidr: 0.0.0.0/0}\n  condition: selection and not addresses',
    ),
    (record) =>
      record['eventSource'] === 'kms.amazonaws.com' &&
      !/^[\d.]+$/.test(member(record, 'sourceIPAddress') ?? ''),
  ],
  'a regular expression, and null': [
    detection(
      "  selection: {userIdentity.arn|re: ':(user|assumed-role)/'}\n  none: {errorCode: null}\n  condition: selection and none",
    ),
    (record) =>
      /:(user|assumed-role)\//.test(member(record, 'userIdentity', 'arn') ?? '') &&
      record['errorCode'] === undefined,
  ],
};

for (const [name, [rule, holds]] of Object.entries(CASES)) {
  test(`over real records of CloudTrail, a public rule finds those that it describes: ${name}`, () => {
    const expected = records.filter(holds).map((record) => member(record, 'eventID'));
    assert.ok(
      expected.length > 0 && expected.length < records.length,
      `${expected.length} of ${records.length}`,
    );
    const found = findingsOf(rule).map(({ entity }) => entity['eventID']);
    assert.deepEqual(new Set(found), new Set(expected));
  });
}

test('a correlation over real records: who reads many secrets in five minutes', () => {
  const rule = `title: Secrets are read
name: read
logsource: {product: aws, service: cloudtrail}
detection: {selection: {eventName: GetSecretValue, errorCode: null}, condition: selection}
---
title: Many secrets are read
level: high
correlation:
  type: value_count
  rules: [read]
  group-by: [userIdentity.arn]
  timespan: 5m
  condition: {field: requestParameters.secretId, gte: 10}
`;
  const found = findingsOf(rule).filter(({ kind }) => kind === 'opened');
  const readers = new Map<string, { readonly timeMs: number; readonly secret: string }[]>();
  for (const record of records) {
    if (record['eventName'] !== 'GetSecretValue' || record['errorCode'] !== undefined) continue;
    const arn = member(record, 'userIdentity', 'arn') ?? '';
    const secret = member(record, 'requestParameters', 'secretId') ?? '';
    readers.set(arn, [
      ...(readers.get(arn) ?? []),
      { timeMs: Date.parse(member(record, 'eventTime') ?? ''), secret },
    ]);
  }
  const many = [...readers].filter(([, reads]) =>
    reads.some(({ timeMs }) => {
      const within = reads.filter((one) => one.timeMs <= timeMs && one.timeMs > timeMs - 300_000);
      return new Set(within.map(({ secret }) => secret)).size >= 10;
    }),
  );
  assert.deepEqual(
    new Set(found.map(({ entity }) => entity['userIdentity.arn'])),
    new Set(many.map(([arn]) => arn)),
  );
  assert.ok(many.length > 0);
});
