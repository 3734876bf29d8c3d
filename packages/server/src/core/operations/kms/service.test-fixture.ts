import {
  type AuditEvent,
  type CommitAnswer,
  type CommitItem,
  type Ledger,
  LedgerError,
  type LedgerErrorCode,
  type LedgerStore,
} from '../../audit/index.ts';
import { insecureDeterministicEntropy, takeSecretKey } from '../../crypto/index.ts';
import type { OrganizationRecord, Session } from '../../identity/index.ts';
import { type KeyRecord, Keyring } from '../../keys/index.ts';
import {
  type AttemptRequest,
  type Caller,
  kmsOperations,
  Params,
  type Performed,
  Replica,
  type Result,
  Service,
  type ServiceParts,
} from '../index.ts';
import { TestKeyPairs } from '../key-pairs.test-fixture.ts';
import { parseRecord } from '../subjects.ts';

/** The account and region of the service under test. */
export const place = { account: '111122223333', region: 'eu-central-1' } as const;

/** An ARN of KMS here. */
export function arnOf(resource: string, account: string = place.account): string {
  return `arn:aws:kms:${place.region}:${account}:${resource}`;
}

/** What is scheduled for this time or more is a retry. */
const LATER_MS = 1000;

const ALLOW_ALL = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** A real service on a store in memory, with a clock that the test moves. */
export class TestBench {
  readonly service: Service;
  readonly replica: Replica;
  readonly keyPairs: TestKeyPairs = new TestKeyPairs();
  /** Milliseconds since the epoch; tests move it. */
  nowMs = 1_800_000_000_123;
  /** While set, the ledger takes nothing. */
  fault: LedgerErrorCode | undefined;
  /** While set, only the lane for refusals works. */
  ordinaryFault: LedgerErrorCode | undefined;
  /** How many of the next decisions the ledger finds to be stale. */
  staleRounds = 0;
  /** Tasks that wait a second or more; the test runs them. */
  readonly later: (() => void)[] = [];
  readonly #store: LedgerStore;
  #requests = 0;

  constructor(
    store: LedgerStore,
    parts: Partial<Pick<ServiceParts, 'place' | 'quotas' | 'requestQuotas'>> = {},
  ) {
    this.#store = store;
    this.replica = new Replica(store.load().changes);
    this.service = new Service({
      ledger: this.#ledger(),
      replica: this.replica,
      keyring: new Keyring(takeSecretKey(new Uint8Array(32).fill(7))),
      keyPairs: this.keyPairs,
      entropy: insecureDeterministicEntropy('test bench'),
      nowMs: () => this.nowMs,
      monotonicMs: () => 0,
      schedule: (delayMs, task) => this.#schedule(delayMs, task),
      place,
      ...parts,
    });
  }

  /** Adds an account beside the one that is there from the start. */
  addAccount(id: string): void {
    this.put(`account:${id}`, { id, name: id, createdAtMs: 0, guardrails: [] });
  }

  /** Changes what the accounts have in common; there is an organization once there is an administrator. */
  changeOrganization(change: Partial<OrganizationRecord>): void {
    this.put('organization:main', { ...this.replica.organization, ...change });
  }

  /**
   * Adds a user; one without policies may do only what a key policy grants by name. One of another `generation`, a letter,
   * is somebody else under the same name.
   */
  addUser(
    name: string,
    policies: readonly object[] = [ALLOW_ALL],
    account: string = place.account,
    generation = 'A',
  ): Caller {
    const principalArn = `arn:aws:iam::${account}:user/${name}`;
    const credentialId = `AKIA${name.toUpperCase().padEnd(16, 'A')}`;
    const uniqueId = `AIDA${name.toUpperCase().padEnd(16, generation)}`;
    const principal = { ...holder(name, account, policies), arn: principalArn, type: 'user', uniqueId };
    const credential = {
      accessKeyId: credentialId,
      principalArn,
      sealedSecret: '',
      createdAtMs: 0,
      disabled: false,
    };
    this.put(`principal:${principalArn}`, principal);
    this.put(`credential:${credentialId}`, credential);
    return { principalArn, credentialId };
  }

  /** Adds a role; answers a session of it. */
  addRole(name: string, policies: readonly object[] = [ALLOW_ALL], account: string = place.account): Caller {
    const id = `arn:aws:iam::${account}:role/${name}`;
    const uniqueId = `AROA${name.toUpperCase()}`;
    const role = { ...holder(name, account, policies), arn: id, type: 'role', uniqueId, trustPolicy: '' };
    this.put(`principal:${id}`, { ...role, description: '', maxSessionSeconds: 3600 });
    const accessKeyId = `ASIA${name.toUpperCase()}`;
    const session: Session = {
      version: 1,
      accessKeyId,
      principalArn: id,
      principalUniqueId: uniqueId,
      name: 'work',
      issuedAtMs: 0,
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      policies: [],
      policyArns: [],
      tags: [],
      transitiveTagKeys: [],
      parents: [],
    };
    const principalArn = `arn:aws:sts::${account}:assumed-role/${name}/work`;
    return { principalArn, credentialId: accessKeyId, session };
  }

  /** Changes a key's record as some act would that the test does not perform. */
  changeKey(keyId: string, change: Partial<KeyRecord>): void {
    this.put(`key:${keyId}`, { ...this.replica.keys.get(keyId)?.record, ...change });
  }

  /** Disables a user's access key. */
  disableCredential({ credentialId, principalArn }: Caller): void {
    const credential = {
      accessKeyId: credentialId,
      principalArn,
      sealedSecret: '',
      createdAtMs: 0,
      disabled: true,
    };
    this.put(`credential:${credentialId}`, credential);
  }

  /** Performs an operation by its name. */
  perform(caller: Caller, name: string, params: Readonly<Record<string, unknown>> = {}): Promise<Performed> {
    const operation = kmsOperations.get(name);
    if (operation === undefined) throw new TypeError(`there is no operation \`${name}\``);
    return this.service.perform(operation, this.request(name), caller, new Params(params));
  }

  /** The result of an operation that must succeed. */
  async result(
    caller: Caller,
    name: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Result> {
    const performed = await this.perform(caller, name, params);
    if (performed.kind === 'refused') throw performed.error;
    return performed.result;
  }

  /** Code and message of an operation that must be refused. */
  async refusal(
    caller: Caller,
    name: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly [code: string, message: string]> {
    const performed = await this.perform(caller, name, params);
    if (performed.kind === 'released') throw new TypeError(`\`${name}\` was not refused`);
    return [performed.error.code, performed.error.message];
  }

  /** Creates a key; answers its id. */
  async createKey(caller: Caller, params: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { keyMetadata } = await this.result(caller, 'CreateKey', params);
    if (typeof keyMetadata !== 'object' || keyMetadata === null || !('keyId' in keyMetadata)) {
      throw new TypeError('CreateKey answered no metadata');
    }
    return String(keyMetadata.keyId);
  }

  /** A list of structures as a front would hand it on. */
  structures(items: readonly object[]): readonly Params[] {
    return items.map((item) => new Params({ ...item }));
  }

  /** An attempt as a front would describe it. */
  request(operation: string): AttemptRequest {
    this.#requests += 1;
    return {
      requestId: `request-${this.#requests}`,
      client: { address: '192.0.2.7' },
      protocol: { front: 'aws', service: 'kms', operation },
      // What a front looks up for this one operation: that the key was never used.
      ...(operation === 'GetKeyLastUsage' ? { keyUse: { lastMs: undefined } } : {}),
      startedMs: 0,
    };
  }

  /** The texts of all entries, in order; those of users that the test added have no events. */
  entries(): readonly string[] {
    return this.#store
      .read(0, this.#store.size())
      .entries.map((entry) => Buffer.from(entry).toString('utf8'))
      .filter((entry) => entry.startsWith('{'));
  }

  /** All events, in order. */
  events(): readonly AuditEvent[] {
    return this.entries().map((entry) => parseRecord<AuditEvent>(entry));
  }

  /** The newest event. */
  lastEvent(): AuditEvent {
    for (let index = this.#store.size() - 1; index >= 0; index -= 1) {
      const text = Buffer.from(this.#store.read(index, 1).entries[0] ?? []).toString('utf8');
      if (text.startsWith('{')) return parseRecord<AuditEvent>(text);
    }
    throw new TypeError('nothing was recorded');
  }

  /** Shared records are closed as soon as everything that was sent at once has joined them. */
  #schedule(delayMs: number, task: () => void): void {
    if (delayMs < LATER_MS) queueMicrotask(task);
    else this.later.push(task);
  }

  #ledger(): Ledger {
    return {
      commit: async (item) => {
        const fault = this.fault ?? (item.reserved === true ? undefined : this.ordinaryFault);
        if (fault !== undefined) throw new LedgerError(fault, 'the test lets the ledger fail');
        if (this.staleRounds > 0) {
          this.staleRounds -= 1;
          return { kind: 'stale' };
        }
        return this.#commit(item);
      },
    };
  }

  #commit(item: CommitItem): CommitAnswer {
    const { answers, changes } = this.#store.commit([item]);
    this.replica.apply(changes);
    const [answer] = answers;
    if (answer === undefined) throw new TypeError('the store gave no answer');
    return answer;
  }

  /** Puts a record into the state, without an event. */
  put(subject: string, record: object): void {
    const writes = [{ subject, record: JSON.stringify(record) }];
    this.#commit({ judgedAt: 0, reads: [], writes, entry: Buffer.from('set up by a test') });
  }
}

function holder(name: string, account: string, policies: readonly object[]): object {
  return {
    account,
    name,
    createdAtMs: 0,
    disabled: false,
    policies: policies.map((policy, index) => ({
      name: `policy-${index}`,
      document: JSON.stringify(policy),
    })),
  };
}
