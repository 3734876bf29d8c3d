import assert from 'node:assert/strict';
import type { AuditEvent } from '../../audit/index.ts';
import type { AttemptRequest } from '../attempt-request.ts';
import type { Caller } from '../caller.ts';
import type { Operation, Performed } from '../operation.ts';
import { Params, type Result } from '../params.ts';
import type { Replica } from '../replica.ts';
import type { Service } from '../service.ts';
import { iamOperations } from './index.ts';

/** The account under test. */
const HOME = '111122223333';
/** Somebody else's account. */
export const OTHER_ACCOUNT = '444455556666';

/** An ARN of IAM in the account under test. */
export function iamArn(resource: string, account: string = HOME): string {
  return `arn:aws:iam::${account}:${resource}`;
}

/** A policy of one statement. */
export function policyOf(effect: 'Allow' | 'Deny', action: string, more: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: action, Resource: '*', ...more }],
  });
}

/** What a role trusts when it trusts its own account. */
export const TRUST: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: iamArn('root') }, Action: 'sts:AssumeRole' }],
});

/** An operation of IAM by its name. */
export function iam(name: string): Operation {
  const operation = iamOperations.get(name);
  if (operation === undefined) throw new TypeError(`there is no operation \`${name}\``);
  return operation;
}

/** Parameters as a front hands them on: structures in lists are read already. */
export function asParams(params: Readonly<Record<string, unknown>>): Params {
  return new Params(Object.fromEntries(Object.entries(params).map(([name, value]) => [name, read(value)])));
}

function read(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => (isStructure(item) ? asParams(item) : item));
}

function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Reads one member, by the names on the way to it. */
export function at(value: unknown, ...names: readonly (string | number)[]): unknown {
  return names.reduce<unknown>(
    (inner, name) =>
      isStructure(inner) ? Object.entries(inner).find(([own]) => own === String(name))?.[1] : undefined,
    value,
  );
}

/** One member of every item of a list. */
export function each(list: unknown, name: string): readonly unknown[] {
  assert.ok(Array.isArray(list), 'a list was expected');
  return list.map((item: unknown) => at(item, name));
}

/** A real service, with whom it knows. */
interface Bench {
  readonly service: Service;
  readonly replica: Replica;
  request(operation: string): AttemptRequest;
  lastEvent(): AuditEvent;
  addAccount(id: string): void;
  addUser(name: string, policies?: readonly object[], account?: string): Caller;
}

const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
} as const;

/** The operations of IAM on a real service, with an administrator of each of two accounts. */
export class IamBench<Inner extends Bench> {
  readonly bench: Inner;
  readonly admin: Caller;
  readonly stranger: Caller;

  constructor(bench: Inner) {
    this.bench = bench;
    bench.addAccount(HOME);
    bench.addAccount(OTHER_ACCOUNT);
    this.admin = bench.addUser('admin', [EVERYTHING], HOME);
    this.stranger = bench.addUser('stranger', [EVERYTHING], OTHER_ACCOUNT);
  }

  perform(caller: Caller, name: string, params: Readonly<Record<string, unknown>> = {}): Promise<Performed> {
    return this.bench.service.perform(iam(name), this.bench.request(name), caller, asParams(params));
  }

  /** The result of an operation that must succeed. */
  async result(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
    caller: Caller = this.admin,
  ): Promise<Result> {
    const performed = await this.perform(caller, name, params);
    if (performed.kind === 'refused') throw performed.error;
    return performed.result;
  }

  /** Code and message of an operation that must be refused, and must not change anything. */
  async refusal(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
    caller: Caller = this.admin,
  ): Promise<string> {
    const { revision } = this.bench.replica;
    const performed = await this.perform(caller, name, params);
    if (performed.kind === 'released') throw new TypeError(`\`${name}\` was not refused`);
    assert.equal(this.bench.replica.revision, revision, 'a refusal changed the state');
    return `${performed.error.code}: ${performed.error.message}`;
  }

  /** The code alone. */
  async code(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
    caller: Caller = this.admin,
  ): Promise<string> {
    const text = await this.refusal(name, params, caller);
    return text.slice(0, text.indexOf(':'));
  }

  /** Makes a user with an access key; answers its caller. */
  async user(userName: string, params: Readonly<Record<string, unknown>> = {}): Promise<Caller> {
    const principalArn = String(at(await this.result('CreateUser', { userName, ...params }), 'user', 'arn'));
    const credentialId = String(
      at(await this.result('CreateAccessKey', { userName }), 'accessKey', 'accessKeyId'),
    );
    return { principalArn, credentialId };
  }

  /** Makes a managed policy; answers its ARN. */
  async policy(
    policyName: string,
    policyDocument: string = policyOf('Allow', 'iam:ListUsers'),
  ): Promise<string> {
    return String(at(await this.result('CreatePolicy', { policyDocument, policyName }), 'policy', 'arn'));
  }

  lastEvent(): AuditEvent {
    return this.bench.lastEvent();
  }
}
