import { sha256Hex } from '../../crypto/index.ts';
import type { ManagedPolicyRecord, PolicyVersion } from '../../identity/index.ts';
import type { Loosening } from '../../policy/index.ts';
import { OperationError } from '../errors.ts';
import { loosenedBy } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import { writePolicyDocument } from '../principal-records.ts';
import { describeVersion, summarizeVersion } from './descriptions.ts';
import { noteParameters, requireEntity } from './entities.ts';
import { pageOfItems } from './item-pages.ts';
import { POLICY_VERSIONS_MAX } from './limits.ts';
import { readPolicyText } from './managed-policies.ts';
import { defaultDocument, policies, refuseBuiltIn } from './policies.ts';

/** Numbers are never used again, so that a version in the record stays one and the same text. */
const createPolicyVersion: Operation = {
  name: 'CreatePolicyVersion',
  action: 'policy.create-version',
  run(attempt, params) {
    const setAsDefault = params.flag('setAsDefault');
    noteParameters(attempt, { setAsDefault });
    const before = requireEntity(attempt, policies, params.text('policyArn'), 'CreatePolicyVersion');
    refuseBuiltIn(before);
    const document = readPolicyText(attempt, params);
    if (before.versions.length >= POLICY_VERSIONS_MAX) {
      const message = `A managed policy can have up to ${POLICY_VERSIONS_MAX} versions. Before you create a new version, you must delete an existing version.`;
      throw new OperationError('LimitExceeded', message);
    }
    const lastVersion = before.lastVersion + 1;
    const version: PolicyVersion = { id: `v${lastVersion}`, document, createdAtMs: attempt.nowMs };
    const after: ManagedPolicyRecord = {
      ...before,
      updatedAtMs: attempt.nowMs,
      versions: [...before.versions, version],
      defaultVersionId: setAsDefault ? version.id : before.defaultVersionId,
      lastVersion,
    };
    policies.write(attempt, after);
    attempt.note.change = {
      before: noteDefault(before),
      after: {
        loosened: loosenedDefault(before, after),
        ...noteDefault(after),
        newPolicySha256: writePolicyDocument(attempt, document),
        version: version.id,
      },
    };
    return { policyVersion: summarizeVersion(after, version) };
  },
};

/** What decides: the default version and its text. */
function noteDefault(record: ManagedPolicyRecord): {
  readonly defaultVersion: string;
  readonly policySha256: string | undefined;
} {
  const document = defaultDocument(record);
  return {
    defaultVersion: record.defaultVersionId,
    policySha256: document === undefined ? undefined : sha256Hex(document),
  };
}

function loosenedDefault(
  before: ManagedPolicyRecord,
  after: ManagedPolicyRecord,
): readonly Loosening[] | undefined {
  const change = { before: defaultDocument(before), after: defaultDocument(after) };
  return loosenedBy(change, 'identity', after.account);
}

const getPolicyVersion: Operation = {
  name: 'GetPolicyVersion',
  action: 'policy.read-version',
  run(attempt, params) {
    const versionId = params.text('versionId');
    noteParameters(attempt, { version: versionId });
    const record = requireEntity(attempt, policies, params.text('policyArn'), 'GetPolicyVersion');
    return { policyVersion: describeVersion(record, requireVersion(record, versionId)) };
  },
};

function requireVersion(record: ManagedPolicyRecord, versionId: string): PolicyVersion {
  const version = record.versions.find(({ id }) => id === versionId);
  if (version !== undefined) return version;
  const message = `Policy ${record.arn} version ${versionId} does not exist or is not attachable.`;
  throw new OperationError('NotFound', message);
}

const deletePolicyVersion: Operation = {
  name: 'DeletePolicyVersion',
  action: 'policy.delete-version',
  run(attempt, params) {
    const versionId = params.text('versionId');
    noteParameters(attempt, { version: versionId });
    const record = requireEntity(attempt, policies, params.text('policyArn'), 'DeletePolicyVersion');
    refuseBuiltIn(record);
    const version = requireVersion(record, versionId);
    if (versionId === record.defaultVersionId) {
      throw new OperationError('DeleteConflict', 'Cannot delete the default version of a policy.');
    }
    policies.write(attempt, { ...record, versions: record.versions.filter((one) => one !== version) });
    attempt.note.change = { before: { policySha256: sha256Hex(version.document), version: versionId } };
    return {};
  },
};

const listPolicyVersions: Operation = {
  name: 'ListPolicyVersions',
  action: 'policy.list-versions',
  run(attempt, params) {
    const record = requireEntity(attempt, policies, params.text('policyArn'), 'ListPolicyVersions');
    const { items, isTruncated, marker } = pageOfItems(record.versions, params, newestFirst);
    return { isTruncated, marker, versions: items.map((version) => summarizeVersion(record, version)) };
  },
};

/** Versions are numbered from 1 to what no policy comes to. */
const NUMBERS_MAX = 1_000_000_000;

function newestFirst({ id }: PolicyVersion): string {
  return String(NUMBERS_MAX - Number(id.slice(1)));
}

/** The version decides for everybody who has the policy, from the moment this is answered (G5). */
const setDefaultPolicyVersion: Operation = {
  name: 'SetDefaultPolicyVersion',
  action: 'policy.set-default-version',
  run(attempt, params) {
    const versionId = params.text('versionId');
    noteParameters(attempt, { version: versionId });
    const before = requireEntity(attempt, policies, params.text('policyArn'), 'SetDefaultPolicyVersion');
    requireVersion(before, versionId);
    const after = { ...before, defaultVersionId: versionId, updatedAtMs: attempt.nowMs };
    policies.write(attempt, after);
    attempt.note.change = {
      before: noteDefault(before),
      after: { loosened: loosenedDefault(before, after), ...noteDefault(after) },
    };
    return {};
  },
};

/** The operations on versions of managed policies. */
export const policyVersionOperations: readonly Operation[] = [
  createPolicyVersion,
  getPolicyVersion,
  deletePolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
];
