import { canonicalJson } from '../packages/server/src/core/audit/index.ts';

const KEYS = 1000;
const PRINCIPALS = 50;
const CUSTOMERS = 100_000;
const FIRST_MS = Date.UTC(2026, 0, 1);

/** An event of ordinary size as canonical bytes: entry `index` of a log with many keys, principals and customers. */
export function sampleEntry(index: number): Uint8Array {
  const key = `${String(index % KEYS).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const name = `service-${index % PRINCIPALS}`;
  const nowMs = FIRST_MS + index * 10;
  const account = '111122223333';
  const arn = `arn:aws:kms:us-east-1:${account}:key/${key}`;
  const event = {
    action: 'key.decrypt',
    actor: {
      account,
      arn: `arn:aws:iam::${account}:user/${name}`,
      credentialId: `AKIA${String(index % PRINCIPALS).padStart(16, '0')}`,
      name,
      type: 'user',
    },
    algorithm: 'SYMMETRIC_DEFAULT',
    client: { address: `10.0.${index % 4}.${index % 200}`, port: 40_000, userAgent: 'aws-sdk-js/3.1164.0' },
    context: { customer: String((index * 7919) % CUSTOMERS), purpose: 'files' },
    decisions: [
      {
        effect: 'allow',
        permission: 'kms:Decrypt',
        policy: 'default',
        policyKind: 'key',
        resource: arn,
        statement: '#0',
      },
    ],
    durationUs: 250,
    id: uuidAt(nowMs, index),
    key: { arn, current: true, id: key, materialId: '0'.repeat(64), state: 'Enabled' },
    outcome: 'success',
    protocol: { front: 'aws', operation: 'Decrypt', service: 'kms' },
    requestId: uuidAt(nowMs, index + 1),
    revision: 1,
    schema: 'keywitness.event/1',
    time: new Date(nowMs).toISOString(),
  };
  return Buffer.from(canonicalJson(event), 'utf8');
}

function uuidAt(nowMs: number, index: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${index.toString(16).padStart(12, '0')}`;
}
