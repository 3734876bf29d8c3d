import type { AttemptRequest } from '../attempt-request.ts';
import type { Caller } from '../caller.ts';
import { bootstrapAdministrator } from '../bootstrap.ts';
import type { OperationErrorCode } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { Params, type Result } from '../params.ts';
import type { Service } from '../service.ts';
import { systemCaller } from '../system-caller.ts';
import { createCredential, createPrincipal } from './index.ts';

/** A service and how attempts on it are described. */
interface Bench {
  readonly service: Service;
  request(operation: string): AttemptRequest;
}

/** The result of an operation that must succeed. */
export async function released(
  bench: Bench,
  caller: Caller,
  operation: Operation,
  params: object = {},
): Promise<Result> {
  const request = bench.request(operation.name);
  const performed = await bench.service.perform(operation, request, caller, new Params({ ...params }));
  if (performed.kind === 'refused') throw performed.error;
  return performed.result;
}

/** The code of an operation that must be refused. */
export async function refusal(
  bench: Bench,
  caller: Caller,
  operation: Operation,
  params: object = {},
): Promise<OperationErrorCode> {
  const request = bench.request(operation.name);
  const performed = await bench.service.perform(operation, request, caller, new Params({ ...params }));
  if (performed.kind === 'released') throw new TypeError(`\`${operation.name}\` was not refused`);
  return performed.error.code;
}

/** Makes the administrator as the first start does. */
export async function administrator(bench: Bench): Promise<Caller> {
  return callerOf(await released(bench, systemCaller, bootstrapAdministrator));
}

/** Creates a principal with a credential. */
export async function newCaller(bench: Bench, admin: Caller, name: string, policy?: string): Promise<Caller> {
  await released(bench, admin, createPrincipal, { name, type: 'user', policy });
  return callerOf(await released(bench, admin, createCredential, { principalName: name }));
}

/** An identity policy that allows one action. */
export function allow(action: string, resource = '*'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Granted', Effect: 'Allow', Action: action, Resource: resource }],
  });
}

/** The items of a list in a result. */
export function itemsOf(result: Result, name: string): readonly Params[] {
  const items = result[name];
  if (!Array.isArray(items)) throw new TypeError(`the result has no list \`${name}\``);
  return items.map((item: object) => new Params({ ...item }));
}

function callerOf(result: Result): Caller {
  const params = new Params(result);
  return {
    principalArn: params.optionalText('principalArn') ?? params.text('arn'),
    credentialId: params.text('accessKeyId'),
  };
}
