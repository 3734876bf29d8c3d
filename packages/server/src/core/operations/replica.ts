import type { StateChange } from '../audit/index.ts';
import type {
  AccountRecord,
  CertificateRecord,
  CredentialRecord,
  GroupRecord,
  IdentityProviderRecord,
  ManagedPolicyRecord,
  OrganizationRecord,
  PrincipalRecord,
  RevokedSessionRecord,
} from '../identity/index.ts';
import {
  type AliasRecord,
  type Key,
  keyFromRecord,
  type KeyName,
  parseKeyName,
  parseKeyRecord,
} from '../keys/index.ts';
import { AliasNames } from './alias-names.ts';
import { GrantBook, type StoredGrant } from './grant-book.ts';
import { KeyFactsBook } from './key-facts.ts';
import { KeyNames } from './key-names.ts';
import { LazyRecords } from './lazy-records.ts';
import {
  storedGroup,
  storedPolicy,
  storedPrincipal,
  type StoredGroup,
  type StoredPolicy,
  type StoredPrincipal,
} from './principal.ts';
import { regionSuffix } from './regions.ts';
import type {
  ChannelRecord,
  FunctionRecord,
  IncidentRecord,
  PlaybookRecord,
  QuarantineRecord,
  RemediationRecord,
  ResponseSettingsRecord,
  ResponseStepsRecord,
  RuleRecord,
  SuppressionRecord,
} from './response-records.ts';
import { parseRecord, type SubjectKind, subjectOf } from './subjects.ts';

/** The subjects that no permission of a caller hangs on by who the caller is. */
const NO_STANDING: ReadonlySet<SubjectKind> = new Set([
  'alias',
  'channel',
  'document',
  'function',
  'grant',
  'incident',
  'key',
  'playbook',
  'remediation',
  'response',
  'rule',
  'suppression',
]);

/**
 * One thread's copy of the state, kept current by the changes that the ledger hands out. It may lag behind the
 * ledger; a decision made on it is only as good as the revision it carries, which the ledger checks at the commit
 * (G5).
 */
export class Replica {
  #revision = 0;
  #standing = 0;
  /** By the texts that they are stored under; whoever looks for one asks {@link Replica.key}. */
  readonly keys: LazyRecords<Key> = new LazyRecords((text) => keyFromRecord(parseKeyRecord(text)));
  readonly keyNames: KeyNames = new KeyNames();
  readonly keyFacts: KeyFactsBook = new KeyFactsBook((name) => this.keys.text(name));
  readonly aliases: Map<string, AliasRecord> = new Map();
  readonly aliasNames: AliasNames = new AliasNames();
  readonly grants: GrantBook = new GrantBook();
  readonly principals: Map<string, StoredPrincipal> = new Map();
  readonly groups: Map<string, StoredGroup> = new Map();
  readonly policies: Map<string, StoredPolicy> = new Map();
  readonly accounts: Map<string, AccountRecord> = new Map();
  readonly identityProviders: Map<string, IdentityProviderRecord> = new Map();
  readonly certificates: Map<string, CertificateRecord> = new Map();
  readonly credentials: Map<string, CredentialRecord> = new Map();
  readonly revokedSessions: Map<string, RevokedSessionRecord> = new Map();
  /** By {@link principalId}: the revision at which all sessions of the principal were revoked last. */
  readonly sessionsRevokedAt: Map<string, number> = new Map();
  readonly rules: Map<string, RuleRecord> = new Map();
  readonly suppressions: Map<string, SuppressionRecord> = new Map();
  readonly incidents: Map<string, IncidentRecord> = new Map();
  readonly channels: Map<string, ChannelRecord> = new Map();
  readonly playbooks: Map<string, PlaybookRecord> = new Map();
  readonly remediations: Map<string, RemediationRecord> = new Map();
  readonly functions: Map<string, FunctionRecord> = new Map();
  /** By {@link principalId}. */
  readonly quarantines: Map<string, QuarantineRecord> = new Map();
  #organization: OrganizationRecord | undefined;
  #responseSettings: ResponseSettingsRecord | undefined;
  #responseSteps: ResponseStepsRecord | undefined;

  constructor(changes: readonly StateChange[] = []) {
    this.apply(changes);
  }

  /** The revision of the newest change applied. */
  get revision(): number {
    return this.#revision;
  }

  /** The revision of the newest change that a permission of some caller may hang on, besides keys and grants. */
  get standing(): number {
    return this.#standing;
  }

  get organization(): OrganizationRecord | undefined {
    return this.#organization;
  }

  /** The guard rails of remediation; absent while nobody has changed them. */
  get responseSettings(): ResponseSettingsRecord | undefined {
    return this.#responseSettings;
  }

  /** The steps that were run by themselves lately. */
  get responseSteps(): ResponseStepsRecord | undefined {
    return this.#responseSteps;
  }

  key(name: KeyName): Key | undefined {
    return this.keys.get(name);
  }

  /** Applies changes in the order in which the ledger committed them. */
  apply(changes: readonly StateChange[]): void {
    for (const { subject, record, revision } of changes) {
      const { kind, name } = subjectOf(subject);
      if (kind === 'sessions') assign(this.sessionsRevokedAt, name, record === null ? null : revision);
      else this.#applyOne(kind, name, record);
      if (revision > this.#revision) this.#revision = revision;
      if (!NO_STANDING.has(kind)) this.#standing = this.#revision;
    }
  }

  /** A view that remembers what is looked at through it. */
  view(): View {
    return new View(this, this.#revision);
  }

  #applyOne(kind: Exclude<SubjectKind, 'sessions'>, name: string, record: string | null): void {
    switch (kind) {
      case 'key':
        this.keyNames.note(parseKeyName(name), record);
        this.keyFacts.forget(name);
        return this.keys.set(name, record);
      case 'alias': {
        const alias = parseRecord<AliasRecord>(record);
        this.aliasNames.note(name, this.aliases.get(name), alias ?? undefined);
        return assign(this.aliases, name, alias);
      }
      case 'grant':
        return this.grants.note(name, record);
      case 'principal':
        return assign(
          this.principals,
          name,
          wrapped<PrincipalRecord, StoredPrincipal>(record, storedPrincipal),
        );
      case 'group':
        return assign(this.groups, name, wrapped<GroupRecord, StoredGroup>(record, storedGroup));
      case 'policy':
        return assign(this.policies, name, wrapped<ManagedPolicyRecord, StoredPolicy>(record, storedPolicy));
      case 'account':
        return assign(this.accounts, name, parseRecord<AccountRecord>(record));
      case 'organization':
        this.#organization = parseRecord<OrganizationRecord>(record) ?? undefined;
        return;
      case 'identity-provider':
        return assign(this.identityProviders, name, parseRecord<IdentityProviderRecord>(record));
      case 'certificate':
        return assign(this.certificates, name, parseRecord<CertificateRecord>(record));
      case 'credential':
        return assign(this.credentials, name, parseRecord<CredentialRecord>(record));
      case 'session':
        return assign(this.revokedSessions, name, parseRecord<RevokedSessionRecord>(record));
      case 'rule':
        return assign(this.rules, name, parseRecord<RuleRecord>(record));
      case 'suppression':
        return assign(this.suppressions, name, parseRecord<SuppressionRecord>(record));
      case 'incident':
        return assign(this.incidents, name, parseRecord<IncidentRecord>(record));
      case 'channel':
        return assign(this.channels, name, parseRecord<ChannelRecord>(record));
      case 'playbook':
        return assign(this.playbooks, name, parseRecord<PlaybookRecord>(record));
      case 'remediation':
        return assign(this.remediations, name, parseRecord<RemediationRecord>(record));
      case 'quarantine':
        return assign(this.quarantines, name, parseRecord<QuarantineRecord>(record));
      case 'response':
        if (name === 'steps') this.#responseSteps = parseRecord<ResponseStepsRecord>(record) ?? undefined;
        else this.#responseSettings = parseRecord<ResponseSettingsRecord>(record) ?? undefined;
        return;
      case 'function':
        return assign(this.functions, name, parseRecord<FunctionRecord>(record));
      case 'document':
        // Kept for auditors; no decision reads them.
        return;
    }
  }
}

/**
 * The state as one decision sees it. Every look-up by name is remembered, found or not: the list is what the
 * ledger compares with what has changed, so a decision cannot depend on something it forgot to declare. What is
 * looked at through `peek` is not remembered: listings promise a moment, not a permission.
 */
export class View {
  readonly revision: number;
  readonly reads: string[] = [];
  /** The state, without remembering. */
  readonly peek: Replica;

  constructor(replica: Replica, revision: number) {
    this.peek = replica;
    this.revision = revision;
  }

  /** By what the key is stored under. */
  key(name: KeyName): Key | undefined {
    this.reads.push(`key:${name}`);
    return this.peek.key(name);
  }

  /** By account, name, `alias/…`, and Region, absent for the first one. */
  alias(account: string, name: string, region?: string): AliasRecord | undefined {
    const id = `${account}/${name}${regionSuffix(region)}`;
    this.reads.push(`alias:${id}`);
    return this.peek.aliases.get(id);
  }

  /** By {@link grantId}. */
  grant(id: string): StoredGrant | undefined {
    this.reads.push(`grant:${id}`);
    return this.peek.grants.get(id);
  }

  /** By {@link principalId}. */
  principal(id: string): StoredPrincipal | undefined {
    this.reads.push(`principal:${id}`);
    return this.peek.principals.get(id);
  }

  /** By {@link groupId}. */
  group(id: string): StoredGroup | undefined {
    this.reads.push(`group:${id}`);
    return this.peek.groups.get(id);
  }

  /** By ARN; those that come with the service are not looked up here. */
  policy(arn: string): StoredPolicy | undefined {
    this.reads.push(`policy:${arn}`);
    return this.peek.policies.get(arn);
  }

  account(id: string): AccountRecord | undefined {
    this.reads.push(`account:${id}`);
    return this.peek.accounts.get(id);
  }

  organization(): OrganizationRecord | undefined {
    this.reads.push('organization:main');
    return this.peek.organization;
  }

  identityProvider(arn: string): IdentityProviderRecord | undefined {
    this.reads.push(`identity-provider:${arn}`);
    return this.peek.identityProviders.get(arn);
  }

  certificate(sha256: string): CertificateRecord | undefined {
    this.reads.push(`certificate:${sha256}`);
    return this.peek.certificates.get(sha256);
  }

  credential(accessKeyId: string): CredentialRecord | undefined {
    this.reads.push(`credential:${accessKeyId}`);
    return this.peek.credentials.get(accessKeyId);
  }

  /** That the session with this access key id is revoked; absent while it is not. */
  revokedSession(accessKeyId: string): RevokedSessionRecord | undefined {
    this.reads.push(`session:${accessKeyId}`);
    return this.peek.revokedSessions.get(accessKeyId);
  }

  /** The revision at which all sessions of a principal were revoked last; 0 when they never were. */
  sessionsRevokedAt(id: string): number {
    this.reads.push(`sessions:${id}`);
    return this.peek.sessionsRevokedAt.get(id) ?? 0;
  }

  rule(name: string): RuleRecord | undefined {
    this.reads.push(`rule:${name}`);
    return this.peek.rules.get(name);
  }

  suppression(id: string): SuppressionRecord | undefined {
    this.reads.push(`suppression:${id}`);
    return this.peek.suppressions.get(id);
  }

  incident(id: string): IncidentRecord | undefined {
    this.reads.push(`incident:${id}`);
    return this.peek.incidents.get(id);
  }

  channel(name: string): ChannelRecord | undefined {
    this.reads.push(`channel:${name}`);
    return this.peek.channels.get(name);
  }

  playbook(name: string): PlaybookRecord | undefined {
    this.reads.push(`playbook:${name}`);
    return this.peek.playbooks.get(name);
  }

  remediation(id: string): RemediationRecord | undefined {
    this.reads.push(`remediation:${id}`);
    return this.peek.remediations.get(id);
  }

  /** By {@link principalId}: that the principal is kept from everything, until its time is over. */
  quarantine(id: string): QuarantineRecord | undefined {
    this.reads.push(`quarantine:${id}`);
    return this.peek.quarantines.get(id);
  }

  responseSettings(): ResponseSettingsRecord | undefined {
    this.reads.push('response:settings');
    return this.peek.responseSettings;
  }

  responseSteps(): ResponseStepsRecord | undefined {
    this.reads.push('response:steps');
    return this.peek.responseSteps;
  }

  function(name: string): FunctionRecord | undefined {
    this.reads.push(`function:${name}`);
    return this.peek.functions.get(name);
  }
}

function wrapped<Stored, Value>(record: string | null, wrap: (record: Stored) => Value): Value | null {
  const parsed = parseRecord<Stored>(record);
  return parsed === null ? null : wrap(parsed);
}

function assign<Value>(map: Map<string, Value>, name: string, value: Value | null): void {
  if (value === null) map.delete(name);
  else map.set(name, value);
}
