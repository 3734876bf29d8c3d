import { companyKeys, identities } from './company.ts';
import type { CallerDetails } from './kms-caller.ts';
import type { Traffic } from './traffic.ts';

/** Something out of the ordinary that happens once. */
export interface Story {
  readonly name: string;
  /** One sentence. */
  readonly says: string;
  /** Does it. What the service refuses is part of the story. */
  readonly happen: (traffic: Traffic, isForwarding: boolean) => Promise<void>;
}

const stolenFrom = '203.0.113.66';
const massDecrypts = 160;

/** The stories, in the order in which they happen. */
export const stories: readonly Story[] = [
  {
    name: 'rotation',
    says: 'the key of the customer files is rotated, and that of the backups from now on by itself',
    async happen({ administrator, company }) {
      await administrator.call('RotateKeyOnDemand', { KeyId: company.keyArns.get('customer-files') });
      await administrator.call('EnableKeyRotation', {
        KeyId: company.keyArns.get('backups'),
        RotationPeriodInDays: 180,
      });
    },
  },
  {
    name: 'grant',
    says: 'the backup job is granted to read customer files, of one archive only',
    async happen({ administrator, company }) {
      const { members } = await administrator.call('DescribeKey', {
        KeyId: company.keyArns.get('customer-files'),
      });
      await administrator.call('CreateGrant', {
        KeyId: company.keyArns.get('customer-files'),
        Name: 'backup-of-files',
        GranteePrincipal: `arn:aws:iam::${accountIn(members)}:user/backup-job`,
        Operations: ['Decrypt'],
        Constraints: { EncryptionContextSubset: { archive: 'files' } },
      });
    },
  },
  {
    name: 'deletion',
    says: 'the key of the old exports waits for its deletion, and somebody still needs it',
    async happen({ administrator, company, sealed }) {
      const KeyId = company.keyArns.get('old-exports');
      await administrator.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 30 });
      const kept = sealed.get('old-exports')?.[0];
      if (kept === undefined) return;
      await administrator.call('Decrypt', {
        KeyId,
        CiphertextBlob: kept.ciphertext,
        EncryptionContext: kept.context,
      });
    },
  },
  {
    name: 'stolen',
    says: 'the access key of the files service is used from a foreign network, and tried on every key',
    async happen({ callerOf, company, sealed }, isForwarding) {
      const details: CallerDetails = {
        userAgent: 'python-requests/2.32.5',
        ...(isForwarding ? { address: stolenFrom } : {}),
      };
      const thief = callerOf('files-api');
      await thief.call('ListKeys', {}, details);
      await thief.call('ListAliases', {}, details);
      for (const { name } of companyKeys) {
        const KeyId = company.keyArns.get(name);
        await thief.call('DescribeKey', { KeyId }, details);
        await thief.call('GetKeyPolicy', { KeyId, PolicyName: 'default' }, details);
        for (const { ciphertext, context } of sealed.get(name)?.slice(0, 4) ?? []) {
          const members = { KeyId, CiphertextBlob: ciphertext, EncryptionContext: context };
          await thief.call('Decrypt', members, details);
        }
      }
    },
  },
  {
    name: 'mass decrypt',
    says: 'the reports service reads far more customers than usual',
    async happen({ callerOf, company, sealed }, isForwarding) {
      const reports = identities.find(({ name }) => name === 'reports');
      const [address] = reports?.addresses ?? [];
      const details: CallerDetails = {
        ...(reports === undefined ? {} : { userAgent: reports.userAgent }),
        ...(isForwarding && address !== undefined ? { address } : {}),
      };
      for (const { ciphertext, context } of sealed.get('customer-files')?.slice(-massDecrypts) ?? []) {
        const KeyId = company.keyArns.get('customer-files');
        const members = { KeyId, CiphertextBlob: ciphertext, EncryptionContext: context };
        await callerOf('reports').call('Decrypt', members, details);
      }
    },
  },
  {
    name: 'loosened policy',
    says: 'the policy of the card key is loosened to everybody in the account, and tightened again',
    async happen({ administrator, company }) {
      const KeyId = company.keyArns.get('payment-cards');
      const { members } = await administrator.call('GetKeyPolicy', { KeyId, PolicyName: 'default' });
      const before = members['Policy'];
      if (typeof before !== 'string') return;
      const account = accountIn(members, before);
      const loose = {
        Sid: 'Temporary',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Decrypt', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': account } },
      };
      const policy = `${before.slice(0, before.lastIndexOf(']'))},${JSON.stringify(loose)}]}`;
      await administrator.call('PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policy });
      await administrator.call('PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: before });
    },
  },
  {
    name: 'disabled',
    says: 'the spare key is disabled',
    async happen({ administrator, company }) {
      await administrator.call('DisableKey', { KeyId: company.keyArns.get('spare') });
    },
  },
];

function accountIn(members: Readonly<Record<string, unknown>>, text = JSON.stringify(members)): string {
  return /:(?<account>[0-9]{12}):/.exec(text)?.groups?.['account'] ?? '';
}
