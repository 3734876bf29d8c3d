import type { GrantOperation, KeyUsageType } from '@aws-sdk/client-kms';
import { option } from '../../formats/index.ts';
import { readLines } from './tag-lines.ts';
import { kmsLine } from './kms-line.ts';

/** What somebody asks for who makes a grant. */
export interface NewGrant {
  readonly grantee: string;
  readonly operations: readonly GrantOperation[];
  readonly name: string;
  readonly retiring: string;
  /** Lines `name=value` that the encryption context must have. */
  readonly context: string;
}

/** The form before anything is filled in. */
export const emptyGrant: NewGrant = { grantee: '', operations: [], name: '', retiring: '', context: '' };

const always: readonly GrantOperation[] = ['DescribeKey', 'CreateGrant', 'RetireGrant'];
const operationsFor: Readonly<Record<KeyUsageType, readonly GrantOperation[]>> = {
  ENCRYPT_DECRYPT: [
    'Encrypt',
    'Decrypt',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
  ],
  SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
  ENCAPSULATE_DECAPSULATE: ['Encapsulate', 'Decapsulate', 'GetPublicKey'],
};

/** What a grant on a key can allow. */
export function operationsOf(usage: KeyUsageType | undefined): readonly GrantOperation[] {
  return [...(usage === undefined ? [] : operationsFor[usage]), ...always];
}

/** Pairs that the encryption context must have; `undefined` when a line is none. */
export function contextOf(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = readLines(text);
  return pairs === undefined ? undefined : Object.fromEntries(pairs);
}

/** Whether a grant can be asked for as it is filled in. */
export function isComplete({ context, grantee, name, operations, retiring }: NewGrant): boolean {
  return (
    isArn(grantee) &&
    operations.length > 0 &&
    (retiring.trim() === '' || isArn(retiring)) &&
    /^[\w:/-]{0,256}$/.test(name.trim()) &&
    contextOf(context) !== undefined
  );
}

/** Whether a text is the ARN of somebody. */
export function isArn(text: string): boolean {
  return /^arn:[\w-]+:(iam|sts)::\d{12}:.+$/.test(text.trim());
}

/** How the command line makes the same grant. */
export function grantLine(keyArn: string, grant: NewGrant): string {
  const pairs = Object.entries(contextOf(grant.context) ?? {});
  const constraints = JSON.stringify({ EncryptionContextSubset: Object.fromEntries(pairs) });
  return kmsLine(
    'create-grant',
    keyArn,
    '--grantee-principal',
    grant.grantee.trim(),
    '--operations',
    ...grant.operations,
    ...option('--name', grant.name.trim()),
    ...option('--retiring-principal', grant.retiring.trim()),
    ...option('--constraints', pairs.length === 0 ? undefined : constraints),
  );
}
