import { sha256Hex } from '../../crypto/index.ts';
import { following, type Key, type KeyRecord, keyState, regionOfKey } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { regionsOf, storedRegion } from '../regions.ts';
import { keyForAdministration } from './change-key.ts';
import { keyMetadata } from './key-metadata.ts';
import { requireState } from './key-states.ts';
import { arnIn, relatedKeys, requirePrimary, writeShared } from './multi-region.ts';
import { bypassCondition, defaultKeyPolicy, requireUsablePolicy } from './policy-checks.ts';
import { policyWarnings } from './policy-warnings.ts';
import { requireRoomForKey, requireShortPolicy } from './quotas.ts';
import { keyNameIn } from './resolve-key.ts';
import { noteTags, readTags, tagConditions } from './tags.ts';

/**
 * `ReplicateKey`: a key of the same id and material in another Region, with a policy, tags, aliases and grants of its own.
 * It can be used from the moment that this is answered.
 */
export const replicateKey: Operation = {
  name: 'ReplicateKey',
  action: 'key.replicate',
  run(attempt, params) {
    const region = params.text('replicaRegion');
    const tags = readTags(params);
    attempt.note.parameters = { replicaRegion: region };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ReplicateKey', {
      ...bypassCondition(params),
      'kms:replicaregion': [region],
    });
    askForCreation(attempt, params, key.record, region);
    requireState(attempt, key, 'ReplicateKey');
    const multiRegion = withReplica(requirePrimary(key), region);
    const primary = { ...key.record, multiRegion };
    const replica = following(newReplica(attempt, params, key, region), primary);
    writeShared(attempt, primary, [...relatedKeys(attempt, key.record), replica]);
    attempt.write(`document:${sha256Hex(replica.policy)}`, replica.policy);
    attempt.note.change = {
      after: {
        arn: replica.arn,
        description: clip(replica.description),
        keyState: keyState(replica, attempt.nowMs),
        policySha256: sha256Hex(replica.policy),
        ...noteTags(attempt, tags),
      },
    };
    return {
      replicaKeyMetadata: keyMetadata(replica, attempt.nowMs),
      replicaPolicy: replica.policy,
      replicaTags: tags.map(({ key: tagKey, value: tagValue }) => ({ tagKey, tagValue })),
    };
  },
};

/** Whoever replicates a key makes one in the other Region: policy is asked about that as if it were asked there. */
function askForCreation(
  attempt: Attempt,
  params: Params,
  { origin, spec, usage }: KeyRecord,
  region: string,
): void {
  const tags = readTags(params);
  const conditions = {
    ...tagConditions(tags),
    ...bypassCondition(params),
    'aws:requestedregion': [region],
    'kms:customermasterkeyspec': [spec],
    'kms:customermasterkeyusage': [usage],
    'kms:keyorigin': [origin],
    'kms:keyspec': [spec],
    'kms:keyusage': [usage],
    'kms:multiregion': ['true'],
    'kms:multiregionkeytype': ['REPLICA'],
  };
  attempt.authorize({ permission: 'kms:CreateKey', resource: '*', conditions });
  if (tags.length > 0) attempt.authorize({ permission: 'kms:TagResource', resource: '*', conditions });
}

function newReplica(attempt: Attempt, params: Params, key: Key, region: string): KeyRecord {
  const { record } = key;
  const arn = arnIn(record, region);
  requireFreeRegion(attempt, record, region);
  requireNoImportedRotation(record);
  requireRoomForKey(attempt, region);
  const given = params.optionalText('policy');
  const policy = given ?? defaultKeyPolicy(attempt.account);
  requireShortPolicy(attempt, policy);
  const document = requireUsablePolicy(attempt, policy, arn, params.flag('bypassPolicyLockoutSafetyCheck'));
  if (given !== undefined) {
    const warnings = policyWarnings(attempt, document, arn);
    attempt.note.parameters = { ...attempt.note.parameters, warnings };
  }
  const stored = storedRegion(attempt.place, region);
  const { account, id, origin, spec, usage } = record;
  return {
    id,
    arn,
    account,
    spec,
    usage,
    origin,
    materials: [],
    createdAtMs: attempt.nowMs,
    description: params.optionalText('description') ?? '',
    enabled: true,
    policy,
    tags: readTags(params),
    region: stored,
  };
}

/** A replica whose deletion is due is there until it is destroyed, with its aliases and grants. */
function requireFreeRegion(attempt: Attempt, record: KeyRecord, region: string): void {
  if (!regionsOf(attempt.place).includes(region)) {
    throw new OperationError('Unsupported', `${region} is not a Region of this service.`);
  }
  const taken = attempt.view.key(keyNameIn(attempt, record.id, region)) !== undefined;
  if (!taken && region !== regionOfKey(record)) return;
  const message = 'You can create only one replica of each primary key in each AWS Region.';
  throw new OperationError('AlreadyExists', message);
}

/** A replica lacks the material that a rotation in progress would make the current one: that would have to end. */
function requireNoImportedRotation({ arn, onDemandRotationAtMs, origin }: KeyRecord): void {
  if (origin === 'AWS_KMS' || onDemandRotationAtMs === undefined) return;
  throw new OperationError('InvalidState', `An on-demand rotation of ${arn} is in progress.`);
}

function withReplica(
  { primaryRegion, replicaRegions }: NonNullable<KeyRecord['multiRegion']>,
  region: string,
): NonNullable<KeyRecord['multiRegion']> {
  return { primaryRegion, replicaRegions: [...replicaRegions, region].sort() };
}
