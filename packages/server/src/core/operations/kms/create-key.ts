import { newRandomUuid } from '../../audit/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { KeyRecord, TagRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { keyMetadata } from './key-metadata.ts';
import { bypassCondition, defaultKeyPolicy, requireUsablePolicy } from './policy-checks.ts';
import { policyWarnings } from './policy-warnings.ts';
import { keyArn } from './resolve-key.ts';
import { noteTags, readTags, tagConditions } from './tags.ts';

/** `CreateKey`: a symmetric key with material of its own. */
export const createKey: Operation = {
  name: 'CreateKey',
  action: 'key.create',
  run(attempt, params) {
    const tags = readTags(params);
    askPermission(attempt, params, tags);
    requireSymmetric(params);
    const record = newKey(attempt, params, tags);
    attempt.note.key = {
      arn: record.arn,
      id: record.id,
      materialId: record.materials[0]?.id,
      state: 'Enabled',
    };
    attempt.note.change = {
      after: {
        description: clip(record.description),
        keySpec: record.spec,
        keyUsage: record.usage,
        origin: record.origin,
        policySha256: sha256Hex(record.policy),
        ...noteTags(attempt, record.tags),
      },
    };
    attempt.write(`key:${record.id}`, record);
    attempt.write(`document:${sha256Hex(record.policy)}`, record.policy);
    return { keyMetadata: keyMetadata(record, attempt.nowMs) };
  },
};

function askPermission(attempt: Attempt, params: Params, tags: readonly TagRecord[]): void {
  const conditions = {
    ...tagConditions(tags),
    ...bypassCondition(params),
    'kms:customermasterkeyspec': ['SYMMETRIC_DEFAULT'],
    'kms:customermasterkeyusage': ['ENCRYPT_DECRYPT'],
    'kms:keyorigin': ['AWS_KMS'],
    'kms:keyspec': ['SYMMETRIC_DEFAULT'],
    'kms:keyusage': ['ENCRYPT_DECRYPT'],
    'kms:multiregion': ['false'],
  };
  attempt.authorize({ permission: 'kms:CreateKey', resource: '*', conditions });
  if (tags.length > 0) attempt.authorize({ permission: 'kms:TagResource', resource: '*', conditions });
}

function requireSymmetric(params: Params): void {
  if (params.has('keySpec') && params.has('customerMasterKeySpec')) {
    const message =
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.';
    throw new OperationError('Validation', message);
  }
  const wanted: readonly (readonly [string, string])[] = [
    ['keySpec', 'SYMMETRIC_DEFAULT'],
    ['customerMasterKeySpec', 'SYMMETRIC_DEFAULT'],
    ['keyUsage', 'ENCRYPT_DECRYPT'],
    ['origin', 'AWS_KMS'],
  ];
  for (const [member, supported] of wanted) {
    const value = params.optionalText(member) ?? supported;
    if (value !== supported) throw new OperationError('Unsupported', `${value} is not supported.`);
  }
  if (params.flag('multiRegion')) {
    throw new OperationError('Unsupported', 'Multi-Region keys are not supported.');
  }
  if (params.has('customKeyStoreId') || params.has('xksKeyId')) {
    throw new OperationError('Unsupported', 'Custom key stores are not supported.');
  }
}

function newKey(attempt: Attempt, params: Params, tags: readonly TagRecord[]): KeyRecord {
  const id = newRandomUuid(attempt.entropy);
  const arn = keyArn(attempt, attempt.account, id);
  const given = params.optionalText('policy');
  const policy = given ?? defaultKeyPolicy(attempt.account);
  const document = requireUsablePolicy(attempt, policy, arn, params.flag('bypassPolicyLockoutSafetyCheck'));
  if (given !== undefined) attempt.note.parameters = { warnings: policyWarnings(attempt, document, arn) };
  return {
    id,
    arn,
    account: attempt.account,
    createdAtMs: attempt.nowMs,
    description: params.optionalText('description') ?? '',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    enabled: true,
    policy,
    tags,
    materials: [
      attempt.keyring.sealMaterial(id, { secret: attempt.entropy.bytes(32) }, attempt.nowMs, attempt.entropy),
    ],
  };
}
