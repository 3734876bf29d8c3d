import { sha256Hex } from '../../crypto/index.ts';
import type { ManagedPolicyRecord } from '../../identity/index.ts';
import {
  type CompiledPolicy,
  compilePolicy,
  compileStoredPolicy,
  parsePolicy,
  PolicyError,
  type PolicyKind,
} from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { groups, type Holder } from './holders.ts';
import type { NamedEntity } from './named-entities.ts';
import { isBuiltIn, policies } from './policies.ts';

/** Where a policy comes from, in the words of IAM's policy simulator. */
type SourceType = 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none';

/** A policy with its text and where it comes from. */
export interface PolicySource {
  readonly id: string;
  readonly type: SourceType;
  readonly text: string;
  readonly policy: CompiledPolicy;
}

/** The policies of an entity: its own, those attached to it, and those of its groups. */
export function policySources(attempt: Attempt, entity: NamedEntity): readonly PolicySource[] {
  if (entity.kind === 'policy') return [managedSource(entity.record)];
  const own = holderSources(attempt, entity.kind, entity.record);
  if (entity.kind !== 'user') return own;
  const ofGroups = (entity.record.groups ?? []).flatMap((name) => {
    const group = groups.find(attempt, name);
    return group === undefined ? [] : holderSources(attempt, 'group', group);
  });
  return [...own, ...ofGroups];
}

function holderSources(
  attempt: Attempt,
  type: 'user' | 'group' | 'role',
  holder: Holder,
): readonly PolicySource[] {
  return [
    ...holder.policies.map(({ document, name }) => storedSource(name, type, document)),
    ...(holder.attached ?? []).map((arn) => attachedSource(attempt, arn)),
  ];
}

/** What is attached and cannot be found denies everything, as in decisions. */
export function attachedSource(attempt: Attempt, arn: string): PolicySource {
  const record = policies.find(attempt, arn);
  return record === undefined ? storedSource('missing policy', 'user-managed', '') : managedSource(record);
}

function managedSource(record: ManagedPolicyRecord): PolicySource {
  const document = record.versions.find(({ id }) => id === record.defaultVersionId)?.document ?? '';
  return storedSource(record.name, isBuiltIn(record) ? 'aws-managed' : 'user-managed', document);
}

function storedSource(id: string, type: SourceType, text: string): PolicySource {
  const naming = { name: id, sha256: sha256Hex(text) };
  return { id, type, text, policy: compileStoredPolicy(text, 'identity', naming) };
}

/**
 * A policy that a request brings along.
 *
 * @throws OperationError `InvalidInput`: it cannot be read.
 */
export function givenSource(id: string, type: SourceType, text: string, kind: PolicyKind): PolicySource {
  try {
    const policy = compilePolicy(parsePolicy(text, kind), { name: id, sha256: sha256Hex(text) });
    return { id, type, text, policy };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('InvalidInput', `${id}: ${error.message}`, { cause: error });
  }
}

/** The texts of a parameter that holds policies, named as IAM's policy simulator names them. */
export function givenSources(member: string, texts: readonly string[]): readonly PolicySource[] {
  return texts.map((text, index) => givenSource(`${member}.${index + 1}`, 'none', text, 'identity'));
}
