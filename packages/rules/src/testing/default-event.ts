import type { Json, JsonObject } from '../event.ts';
import { isJsonObject } from '../fields/index.ts';

/** Thursday, 1 January 2026, noon UTC: when tests begin. */
export const firstTimeMs: number = Date.UTC(2026, 0, 1, 12);

const account = '111122223333';
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const keyArn = `arn:aws:kms:us-east-1:${account}:key/${keyId}`;
const userArn = `arn:aws:iam::${account}:user/app`;

/** What members of a test's event are merged over, for rules about our events. */
const defaultEvent: JsonObject = {
  schema: 'keywitness.event/1',
  action: 'key.decrypt',
  outcome: 'success',
  actor: { type: 'user', arn: userArn, account, name: 'app', credentialId: 'AKIAIOSFODNN7EXAMPLE' },
  client: { address: '203.0.113.10', port: 40_000, tlsVersion: 'TLSv1.3', userAgent: 'aws-sdk-js/3.1164.0' },
  protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
  key: { id: keyId, arn: keyArn, materialId: '0'.repeat(64), current: true, state: 'Enabled' },
  context: { customer: '4711' },
  decisions: [
    {
      effect: 'allow',
      permission: 'kms:Decrypt',
      policy: 'default',
      policyKind: 'key',
      resource: keyArn,
      statement: '#0',
    },
  ],
};

/** The same for rules about CloudTrail. */
const defaultRecord: JsonObject = {
  eventVersion: '1.11',
  userIdentity: {
    type: 'IAMUser',
    arn: userArn,
    accountId: account,
    userName: 'app',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  },
  eventSource: 'kms.amazonaws.com',
  eventName: 'Decrypt',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.10',
  userAgent: 'aws-sdk-js/3.1164.0',
  requestParameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { customer: '4711' } },
  responseElements: null,
  resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: keyArn }],
  readOnly: true,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: account,
  eventCategory: 'Management',
};

/** An event with these members; `number` replaces `{n}` in texts. */
export function testEvent(members: JsonObject, number: number): JsonObject {
  return merge(defaultEvent, numbered(members, number));
}

/** A CloudTrail record with these members. */
export function testRecord(members: JsonObject, number: number): JsonObject {
  return merge(defaultRecord, numbered(members, number));
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    if (value === null) merged[name] = undefined;
    else merged[name] = isJsonObject(value) && isJsonObject(below) ? merge(below, value) : value;
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function numbered(object: JsonObject, number: number): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      fill(name, number),
      value === undefined ? undefined : filled(value, number),
    ]),
  );
}

function filled(value: Json, number: number): Json {
  if (typeof value === 'string') return fill(value, number);
  if (Array.isArray(value)) return value.map((element: Json) => filled(element, number));
  return isJsonObject(value) ? numbered(value, number) : value;
}

function fill(text: string, number: number): string {
  return text.replaceAll('{n}', String(number));
}
