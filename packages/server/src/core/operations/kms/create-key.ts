import { newRandomUuid } from '../../audit/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { type KeyMaterialRecord, type KeyRecord, keyState, type TagRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { storedRegion } from '../regions.ts';
import { writeKey } from './change-key.ts';
import { keyMetadata } from './key-metadata.ts';
import { askedKind, type KeyKind, requireKind } from './key-kinds.ts';
import { multiRegionKeyId } from './multi-region.ts';
import { bypassCondition, defaultKeyPolicy, requireUsablePolicy } from './policy-checks.ts';
import { policyWarnings } from './policy-warnings.ts';
import { requireRoomForKey, requireShortPolicy } from './quotas.ts';
import { keyArn } from './resolve-key.ts';
import { noteTags, readTags, tagConditions } from './tags.ts';

/** `CreateKey`: a key of any kind, with material of its own, or without any for material that is to be imported. */
export const createKey: Operation = {
  name: 'CreateKey',
  action: 'key.create',
  run(attempt, params) {
    const tags = readTags(params);
    const asked = askedKind(params);
    attempt.note.parameters = { ...asked };
    askPermission(attempt, params, tags, asked);
    const record = newKey(attempt, params, tags, requireKind(params));
    attempt.note.key = {
      arn: record.arn,
      id: record.id,
      materialId: record.materials[0]?.id,
      state: keyState(record, attempt.nowMs),
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
    writeKey(attempt, record);
    attempt.write(`document:${sha256Hex(record.policy)}`, record.policy);
    return { keyMetadata: keyMetadata(record, attempt.nowMs) };
  },
};

function askPermission(
  attempt: Attempt,
  params: Params,
  tags: readonly TagRecord[],
  { keySpec, keyUsage, multiRegion, origin }: ReturnType<typeof askedKind>,
): void {
  const conditions = {
    ...tagConditions(tags),
    ...bypassCondition(params),
    'kms:customermasterkeyspec': [keySpec],
    'kms:customermasterkeyusage': [keyUsage],
    'kms:keyorigin': [origin],
    'kms:keyspec': [keySpec],
    'kms:keyusage': [keyUsage],
    'kms:multiregion': [String(multiRegion)],
    ...(multiRegion ? { 'kms:multiregionkeytype': ['PRIMARY'] } : {}),
  };
  attempt.authorize({ permission: 'kms:CreateKey', resource: '*', conditions });
  if (tags.length > 0) attempt.authorize({ permission: 'kms:TagResource', resource: '*', conditions });
}

function newKey(attempt: Attempt, params: Params, tags: readonly TagRecord[], kind: KeyKind): KeyRecord {
  const uuid = newRandomUuid(attempt.entropy);
  const id = kind.multiRegion ? multiRegionKeyId(uuid) : uuid;
  requireRoomForKey(attempt);
  const arn = keyArn(attempt, attempt.account, id);
  const given = params.optionalText('policy');
  const policy = given ?? defaultKeyPolicy(attempt.account);
  requireShortPolicy(attempt, policy);
  const document = requireUsablePolicy(attempt, policy, arn, params.flag('bypassPolicyLockoutSafetyCheck'));
  if (given !== undefined) {
    const warnings = policyWarnings(attempt, document, arn);
    attempt.note.parameters = { ...attempt.note.parameters, warnings };
  }
  const { multiRegion, ...madeOf } = kind;
  const { region } = attempt.place;
  const stored = storedRegion(attempt.place);
  return {
    id,
    arn,
    account: attempt.account,
    createdAtMs: attempt.nowMs,
    description: params.optionalText('description') ?? '',
    ...madeOf,
    enabled: true,
    policy,
    tags,
    materials: kind.origin === 'AWS_KMS' ? [newMaterial(attempt, id, kind)] : [],
    ...(multiRegion ? { multiRegion: { primaryRegion: region, replicaRegions: [] } } : {}),
    region: stored,
  };
}

function newMaterial(attempt: Attempt, id: string, { spec }: KeyKind): KeyMaterialRecord {
  const made = attempt.newMaterial(spec);
  return attempt.keyring.sealMaterial(id, made, attempt.nowMs, attempt.entropy);
}
