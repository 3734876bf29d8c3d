import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type JsonObject, parseRuleFile, RuleEngine, ruleEvent } from '@keywitness/rules';
import type { AuditEvent } from '../event.ts';
import { cloudTrailRecord } from './index.ts';

const place = { account: '111122223333', region: 'eu-central-1' } as const;
const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const use: AuditEvent = {
  schema: 'keywitness.event/1',
  id: '019b0000-0000-7000-8000-000000000001',
  time: '2026-08-27T19:05:57.123Z',
  actor: { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann', account: '111122223333', name: 'ann' },
  client: { address: '203.0.113.7', tlsVersion: 'TLSv1.3', userAgent: 'aws-cli/2' },
  action: 'key.decrypt',
  protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
  requestId: '1bea0124-0000-4000-8000-000000000000',
  key: { arn: key, id: key.slice(-36) },
  context: { 'tenant.name': 'blue', customer: '4711' },
  algorithm: 'SYMMETRIC_DEFAULT',
  decisions: [],
  outcome: 'success',
  revision: 3,
};

const kms = (operation: string, change: Partial<AuditEvent> = {}): AuditEvent => ({
  ...use,
  protocol: { front: 'aws', service: 'kms', operation },
  ...change,
});

function jsonObject(value: unknown): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  assert(isJsonObject(copy));
  return copy;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In how many of some events a rule, written as public ones are, finds something. */
function findings(detection: string, events: readonly AuditEvent[]): number {
  const text = `title: Rule
id: 0b1c2d3e-0000-4000-8000-000000000000
status: experimental
description: A rule about key management.
author: Keywitness
date: 2026-01-01
tags:
    - attack.impact
logsource:
    product: aws
    service: cloudtrail
detection:
${detection}
falsepositives:
    - Unknown
level: high
`;
  const engine = new RuleEngine([parseRuleFile(text, 'public-rule')]);
  return events.filter((event, index) => {
    const record = (): JsonObject => jsonObject(cloudTrailRecord(event, place));
    // Each is an episode of its own: they are a day apart.
    const time = new Date(Date.parse(event.time) + index * 86_400_000).toISOString();
    return engine.feed(ruleEvent(index, jsonObject({ ...event, time }), record)).length > 0;
  }).length;
}

describe('rules that are written for CloudTrail', () => {
  it('find administrative operations by source and name', () => {
    const detection = `    selection:
        eventSource: 'kms.amazonaws.com'
        eventName:
            - 'DisableKey'
            - 'ScheduleKeyDeletion'
    condition: selection`;
    const events = [kms('Decrypt'), kms('DisableKey'), kms('ScheduleKeyDeletion'), kms('EnableKey')];
    assert.equal(findings(detection, events), 2);
  });

  it('find denials, whatever the service, except those that are filtered', () => {
    const denied = { outcome: 'denied', error: { code: 'AccessDeniedException', message: 'no' } } as const;
    const detection = `    selection:
        errorCode|startswith: 'AccessDenied'
    filter_main_service:
        userIdentity.type: 'AWSService'
    filter_optional_scanner:
        userAgent|contains: 'scanner'
    condition: selection and not 1 of filter_main_* and not 1 of filter_optional_*`;
    const scanner = { ...denied, client: { ...use.client, userAgent: 'Scanner/1' } };
    assert.equal(findings(detection, [kms('Decrypt', denied), kms('Decrypt'), kms('Encrypt', scanner)]), 1);
  });

  it('find the root user, and no service', () => {
    const detection = `    selection_usertype:
        userIdentity.type: Root
    selection_eventtype:
        eventType: AwsServiceEvent
    condition: selection_usertype and not selection_eventtype`;
    const root = { type: 'root', arn: 'arn:aws:iam::111122223333:root', account: '111122223333' } as const;
    assert.equal(findings(detection, [kms('Decrypt', { actor: root }), kms('Decrypt')]), 1);
  });

  it('find parameters of requests, by names with dots in them too, and elements of arrays', () => {
    const context = `    selection:
        requestParameters.encryptionContext.tenant.name: blue
        resources.ARN|endswith: '${key.slice(-12)}'
        readOnly: 'true'
    condition: selection`;
    assert.equal(findings(context, [kms('Decrypt'), kms('Decrypt', { context: { customer: '1' } })]), 1);
  });

  it('are found by the operation of an event, which is the name of its record', () => {
    const events = [
      kms('ReEncrypt'),
      kms('GenerateDataKeyWithoutPlaintext'),
      { ...use, protocol: { front: 'aws', service: 'sts', operation: 'AssumeRole' } },
      { ...use, protocol: { front: 'admin', service: 'keywitness', operation: 'PutRule' } },
      {
        ...use,
        action: 'key.destroy',
        protocol: { front: 'internal', service: 'kms', operation: 'DeleteKey' },
      },
      { ...use, action: 'request.unknown', protocol: { front: 'http', service: '-', operation: '-' } },
    ] as const;
    for (const event of events) {
      assert.equal(cloudTrailRecord(event, place).eventName, event.protocol.operation);
    }
  });
});
