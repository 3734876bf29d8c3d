import { nodeCrypto } from '../node/index.ts';

/** The policy that decided in the sample events, and its SHA-256. */
const policyText = '{\n"Version": "2012-10-17",\n"Statement": [{"Effect": "Allow", "Action": "*"}]}';
export const policySha256: string = Buffer.from(nodeCrypto.sha256(Buffer.from(policyText))).toString('hex');

/** The same as a service keeps it. */
export const policies: ReadonlyMap<string, string> = new Map([[policySha256, policyText]]);

/** An event of the sample log at a minute of an hour. */
export function event(minute: number, members: object): Buffer {
  const plain = {
    action: 'key.decrypt',
    actor: {
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/ann',
      name: 'ann',
      type: 'user',
    },
    client: { address: '192.0.2.7' },
    context: { customer: '4711' },
    decisions: [
      {
        effect: 'allow',
        permission: 'kms:Decrypt',
        policy: 'all',
        policyKind: 'identity-based',
        policySha256,
        resource: 'k-1',
        statement: '#0',
      },
    ],
    id: `00000000-0000-7000-8000-0000000000${String(minute).padStart(2, '0')}`,
    key: { id: 'k-1', requested: 'alias/files' },
    outcome: 'success',
    time: new Date(Date.UTC(2026, 6, 1, 12, minute)).toISOString(),
  };
  return Buffer.from(JSON.stringify({ ...plain, ...members }));
}

/** An event that says that something was exported. */
export function exportEvent(minute: number, parameters: object): Buffer {
  const actor = {
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/eve',
    name: 'eve',
    type: 'user',
  };
  return event(minute, { action: 'audit.export', actor, context: undefined, key: undefined, parameters });
}

/** Events of several assets, and an export. */
export const sampleEntries: readonly Buffer[] = [
  event(0, {}),
  event(1, { action: 'key.encrypt', context: { customer: '4711', purpose: '<b>\u202efiles' } }),
  event(2, { context: { customer: '4712' } }),
  event(3, { outcome: 'denied' }),
  exportEvent(4, { asset: 'customer=4711' }),
  event(5, {}),
];
