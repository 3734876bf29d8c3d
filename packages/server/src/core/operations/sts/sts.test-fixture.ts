import type { AuditEvent, LedgerStore } from '../../audit/index.ts';
import {
  type AccountRecord,
  type CertificateRecord,
  type IdentityProviderRecord,
  principalId,
  type RoleRecord,
  type UserRecord,
} from '../../identity/index.ts';
import { insecureDeterministicEntropy, takeSecretKey } from '../../crypto/index.ts';
import { Keyring } from '../../keys/index.ts';
import type { AttemptRequest } from '../attempt-request.ts';
import type { Caller } from '../caller.ts';
import { bootstrapAdministrator } from '../bootstrap.ts';
import type { OperationError } from '../errors.ts';
import type { Operation, Performed } from '../operation.ts';
import { Params, type Result } from '../params.ts';
import type { Replica } from '../replica.ts';
import type { Service } from '../service.ts';
import { systemCaller } from '../system-caller.ts';
import { SessionTokens } from '../session-tokens.ts';
import { stsOperations } from './index.ts';

/** The management account. */
export const HOME = '111122223333';
/** Another one. */
export const OTHER = '444455556666';

/** A statement of a policy. */
export type Statement = Readonly<Record<string, unknown>>;

/** A policy of these statements. */
export function policyOf(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Lets identities do this. */
export function allowing(...actions: readonly string[]): string {
  return policyOf({ Effect: 'Allow', Action: actions, Resource: '*' });
}

/** A trust policy that lets these principals assume a role, in all ways. */
export function trusting(aws: string | readonly string[], condition?: object): string {
  return policyOf({
    Effect: 'Allow',
    Principal: { AWS: aws },
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}

/** The ARN of a role. */
export function roleArn(name: string, account: string = HOME): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** The ARN of a user. */
export function userArn(name: string, account: string = HOME): string {
  return `arn:aws:iam::${account}:user/${name}`;
}

/** What {@link StsBench.assume} is asked for. */
export type Asked = Readonly<Record<string, unknown>>;

/** A caller in a session, and the credentials that it was answered. */
export interface SessionCaller extends Caller {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expirationMs: number;
  readonly result: Result;
}

/** A real service, with a clock that the test moves. */
interface Bench {
  readonly service: Service;
  readonly replica: Replica;
  nowMs: number;
  request(operation: string): AttemptRequest;
  entries(): readonly string[];
  lastEvent(): AuditEvent;
}

/** A real service with two accounts, whose users and roles a test puts there. */
export class StsBench {
  readonly store: LedgerStore;
  readonly bench: Bench;
  readonly #tokens = new SessionTokens(new Keyring(takeSecretKey(new Uint8Array(32).fill(7))));
  #uniqueIds = 0;

  constructor(store: LedgerStore, bench: Bench) {
    this.store = store;
    this.bench = bench;
    this.put(`account:${OTHER}`, {
      id: OTHER,
      name: 'other',
      createdAtMs: 0,
      guardrails: [],
    } satisfies AccountRecord);
  }

  /** Puts a record into the state, as some other operation would have. */
  put(subject: string, record: object | null): void {
    const writes = [{ subject, record: record === null ? null : JSON.stringify(record) }];
    const entry = Buffer.from('set up by a test');
    const { changes } = this.store.commit([{ judgedAt: 0, reads: [], writes, entry }]);
    this.bench.replica.apply(changes);
  }

  /** The administrator of the management account; founds the organization. */
  async administrator(): Promise<Caller> {
    const result = new Params(await this.released(systemCaller, bootstrapAdministrator));
    return { principalArn: result.text('arn'), credentialId: result.text('accessKeyId') };
  }

  /** Puts a user with an access key there. */
  user(name: string, document?: string, account: string = HOME): Caller {
    const id = principalId(account, 'user', name);
    this.put(`principal:${id}`, this.userRecord(name, document, account));
    const accessKeyId = `AKIA${name.toUpperCase().padEnd(16, 'A')}`;
    const credential = { accessKeyId, principalArn: id, sealedSecret: '', createdAtMs: 0, disabled: false };
    this.put(`credential:${accessKeyId}`, credential);
    return { principalArn: userArn(name, account), credentialId: accessKeyId };
  }

  userRecord(name: string, document?: string, account: string = HOME): UserRecord {
    return {
      type: 'user',
      arn: userArn(name, account),
      account,
      name,
      uniqueId: this.#uniqueId('AIDA'),
      createdAtMs: 0,
      disabled: false,
      policies: document === undefined ? [] : [{ name: 'own', document }],
    };
  }

  /** Puts a role there. */
  role(name: string, trustPolicy: string, more: Partial<RoleRecord> = {}): RoleRecord {
    const account = more.account ?? HOME;
    const record: RoleRecord = {
      type: 'role',
      arn: roleArn(name, account),
      account,
      name,
      uniqueId: this.#uniqueId('AROA'),
      createdAtMs: 0,
      disabled: false,
      policies: [{ name: 'own', document: allowing('*') }],
      trustPolicy,
      description: '',
      maxSessionSeconds: 3600,
      ...more,
    };
    this.put(`principal:${principalId(account, 'role', name)}`, record);
    return record;
  }

  /** The record of a role as it is now. */
  roleRecord(name: string, account: string = HOME): RoleRecord {
    const record = this.bench.replica.principals.get(principalId(account, 'role', name))?.record;
    if (record?.type !== 'role') throw new TypeError(`there is no role \`${name}\``);
    return record;
  }

  provider(more: Partial<IdentityProviderRecord> = {}): IdentityProviderRecord {
    const account = more.account ?? HOME;
    const record: IdentityProviderRecord = {
      arn: `arn:aws:iam::${account}:oidc-provider/id.example/Main`,
      account,
      url: 'https://id.example/Main',
      clientIds: ['console', 'ci'],
      thumbprints: [],
      createdAtMs: 0,
      tags: [],
      ...more,
    };
    this.put(`identity-provider:${record.arn}`, record);
    return record;
  }

  /** Puts a certificate of a user there. */
  certificate(holder: UserRecord): Caller {
    const sha256 = 'c'.repeat(64);
    const record: CertificateRecord = {
      sha256,
      principalArn: principalId(holder.account, 'user', holder.name),
      principalUniqueId: holder.uniqueId,
      description: '',
      createdAtMs: 0,
      disabled: false,
    };
    this.put(`certificate:${sha256}`, record);
    return { principalArn: holder.arn, credentialId: `certificate:${sha256}`, certificate: sha256 };
  }

  #uniqueId(prefix: string): string {
    this.#uniqueIds += 1;
    return `${prefix}${String(this.#uniqueIds).padStart(16, 'A')}`;
  }

  /** A caller in a session of the role, which must be allowed. */
  async assume(caller: Caller, role: string, asked: Asked = {}): Promise<SessionCaller> {
    return this.session(await this.sts(caller, 'AssumeRole', { ...assuming(role), ...asked }));
  }

  /** Why a role cannot be assumed: code and message. */
  async refusedRole(caller: Caller, role: string, asked: Asked = {}): Promise<OperationError> {
    return this.refused(caller, sts('AssumeRole'), { ...assuming(role), ...asked });
  }

  /** The result of an operation of STS that must succeed. */
  async sts(caller: Caller, name: string, params: Asked = {}): Promise<Result> {
    return this.released(caller, sts(name), params);
  }

  /** The caller that an answer with credentials makes. */
  session(result: Result): SessionCaller {
    const nested = result['credentials'];
    const credentials = new Params({ ...(typeof nested === 'object' ? nested : result) });
    const credentialId = credentials.text('accessKeyId');
    const sessionToken = credentials.text('sessionToken');
    const session = this.#tokens.session(credentialId, sessionToken);
    if (session === undefined) throw new TypeError('the token is none of this service');
    const { principalArn } = session;
    const expirationMs = credentials.optionalNumber('expiration') ?? credentials.number('expiresAt');
    const secretAccessKey = credentials.text('secretAccessKey');
    return { principalArn, credentialId, session, secretAccessKey, sessionToken, expirationMs, result };
  }

  async released(caller: Caller, operation: Operation, params: Asked = {}): Promise<Result> {
    const performed = await this.#perform(caller, operation, params);
    if (performed.kind === 'refused') throw performed.error;
    return performed.result;
  }

  async refused(caller: Caller, operation: Operation, params: Asked = {}): Promise<OperationError> {
    const performed = await this.#perform(caller, operation, params);
    if (performed.kind === 'released') throw new TypeError(`\`${operation.name}\` was not refused`);
    return performed.error;
  }

  #perform(caller: Caller, operation: Operation, params: Asked): Promise<Performed> {
    const request = { ...this.bench.request(operation.name), ...this.transport };
    return this.bench.service.perform(operation, request, caller, new Params(params));
  }

  /** What requests say of their way here. */
  transport: object = {};

  /** Who a caller is to the service; throws when it is nobody any more. */
  async whoami(caller: Caller): Promise<string> {
    return String((await this.sts(caller, 'GetCallerIdentity'))['arn']);
  }

  /** The code of the refusal of whoever is nobody any more. */
  async rejected(caller: Caller): Promise<string> {
    return (await this.refused(caller, sts('GetCallerIdentity'))).code;
  }
}

/** An operation of STS. */
export function sts(name: string): Operation {
  const operation = stsOperations.get(name);
  if (operation === undefined) throw new TypeError(`there is no operation \`${name}\``);
  return operation;
}

/** Tags as a front hands them on. */
export function tags(values: Readonly<Record<string, string>>): readonly Params[] {
  return Object.entries(values).map(([key, value]) => new Params({ key, value }));
}

/** Policy ARNs as a front hands them on. */
export function policyArns(...arns: readonly string[]): readonly Params[] {
  return arns.map((arn) => new Params({ arn }));
}

/** The entropy of another installation. */
export function otherKeyring(): Keyring {
  return new Keyring(takeSecretKey(new Uint8Array(32).fill(9)));
}

export const otherEntropy: ReturnType<typeof insecureDeterministicEntropy> =
  insecureDeterministicEntropy('another installation');

function assuming(role: string): Asked {
  return { roleArn: role.startsWith('arn:') ? role : roleArn(role), roleSessionName: 'work' };
}
