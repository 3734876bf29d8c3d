import { sha256Hex } from '../crypto/index.ts';
import {
  assumedRoleArn,
  type GroupRecord,
  type ManagedPolicyRecord,
  type PrincipalRecord,
  type InlinePolicy,
  type Session,
  type WebIdentity,
} from '../identity/index.ts';
import { type CompiledPolicy, compileStoredPolicy, type PolicyKind } from '../policy/index.ts';

/** A stored user or role with its inline policies compiled on first use. */
export interface StoredPrincipal {
  readonly record: PrincipalRecord;
  /** Compiled once per revision of the record. One that cannot be read denies everything. */
  policies(): readonly CompiledPolicy[];
  /** For a role: its trust policy. */
  trust(): CompiledPolicy | undefined;
}

/** A stored group with its inline policies compiled on first use. */
export interface StoredGroup {
  readonly record: GroupRecord;
  policies(): readonly CompiledPolicy[];
}

/** A managed policy with its default version compiled on first use. */
export interface StoredPolicy {
  readonly record: ManagedPolicyRecord;
  policy(): CompiledPolicy;
}

/** Who acts in one attempt: a user, a session of a role, or a session of a user. */
export interface Principal {
  /** The user or role that its permissions come from. */
  readonly stored: StoredPrincipal;
  readonly record: PrincipalRecord;
  /** The ARN that it acts under: the user's, or that of the session of the role. */
  readonly arn: string;
  readonly account: string;
  /** What `GetCallerIdentity` answers: the unique id, for a session of a role with the session's name. */
  readonly userId: string;
  readonly session: Session | undefined;
  /** ARN of the identity provider that alone vouches for it: somebody who is no principal of ours yet. */
  readonly federatedBy?: string;
}

/** Wraps a stored principal. */
export function storedPrincipal(record: PrincipalRecord): StoredPrincipal {
  const policies = onFirstUse(() => compileInline(record.policies));
  const trust = onFirstUse(() =>
    record.type === 'role' ? compileText(record.trustPolicy, 'trust', 'trust policy') : undefined,
  );
  return { record, policies, trust };
}

/** Wraps a stored group. */
export function storedGroup(record: GroupRecord): StoredGroup {
  return { record, policies: onFirstUse(() => compileInline(record.policies)) };
}

/** Wraps a managed policy. */
export function storedPolicy(record: ManagedPolicyRecord): StoredPolicy {
  const policy = onFirstUse(() => {
    const version = record.versions.find(({ id }) => id === record.defaultVersionId);
    return compileText(version?.document ?? '', 'identity', record.arn);
  });
  return { record, policy };
}

/** Compiles the inline policies of one holder. */
export function compileInline(policies: readonly InlinePolicy[]): readonly CompiledPolicy[] {
  return policies.map(({ name, document }) => compileText(document, 'identity', name));
}

function compileText(text: string, kind: PolicyKind, name: string): CompiledPolicy {
  return compileStoredPolicy(text, kind, { name, sha256: sha256Hex(text) });
}

/** The principal that acts when nothing but long-lived credentials stand behind it. */
export function principalFrom(stored: StoredPrincipal): Principal {
  const { record } = stored;
  const { account, arn, uniqueId: userId } = record;
  return { stored, record, arn, account, userId, session: undefined };
}

/** The principal that acts in a session. */
export function principalInSession(stored: StoredPrincipal, session: Session): Principal {
  const { record } = stored;
  const { account, uniqueId } = record;
  if (record.type !== 'role') {
    return { stored, record, arn: record.arn, account, userId: uniqueId, session };
  }
  const name = session.name ?? session.accessKeyId;
  const arn = assumedRoleArn(account, record.name, name);
  return { stored, record, arn, account, userId: `${uniqueId}:${name}`, session };
}

/** Somebody whom an identity provider vouches for, on the way to assume a role; without any permission. */
export function federatedPrincipal(identity: WebIdentity): Principal {
  const record: PrincipalRecord = {
    type: 'user',
    arn: identity.providerArn,
    account: '',
    name: identity.subject,
    uniqueId: `${identity.issuer}:${identity.subject}`,
    createdAtMs: 0,
    disabled: false,
    policies: [],
  };
  return { ...principalFrom(storedPrincipal(record)), federatedBy: identity.providerArn };
}

function onFirstUse<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
