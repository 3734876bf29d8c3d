import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import type { Caller, Operation, Params, Result, Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import { answerQuery, type QueryParts } from './query.ts';
import { iamConstraintOf, stsConstraintOf } from './query-constraints.ts';
import { compileService, type QueryService } from './query-operations.ts';
import { readHead } from './request-head.ts';

/** An operation that allows itself, answers what it is told to, and keeps what it was asked. */
export interface Echo {
  readonly operation: Operation;
  /** What it was asked last, and by whom. */
  readonly asked: () => { readonly params: Params; readonly caller: Caller };
}

/** Makes an operation that answers `result`. */
export function echo(name: string, result: Result = {}): Echo {
  let asked: ReturnType<Echo['asked']> | undefined;
  return {
    operation: {
      name,
      action: 'test.echo',
      run: (attempt, params) => {
        asked = { params, caller: attempt.caller };
        return result;
      },
    },
    asked: () => {
      if (asked === undefined) throw new TypeError(`\`${name}\` was not asked`);
      return asked;
    },
  };
}

/** IAM and STS with these operations, and the SDK's schemas of the same names. */
export function servicesOf(operations: readonly Operation[]): readonly QueryService[] {
  const named = (sdk: object): ReadonlyMap<string, Operation> =>
    new Map(
      operations.filter(({ name }) => `${name}$` in sdk).map((operation) => [operation.name, operation]),
    );
  return [
    compileService({
      name: 'sts',
      version: '2011-06-15',
      sdk: sts,
      constraintOf: stsConstraintOf,
      operations: named(sts),
    }),
    compileService({
      name: 'iam',
      version: '2010-05-08',
      sdk: iam,
      constraintOf: iamConstraintOf,
      operations: named(iam),
    }),
  ];
}

/** Answers requests by `verdict`, whatever they are signed with. */
export function answerer(
  service: Service,
  operations: readonly Operation[],
  verdict: SignatureVerdict,
  more: Partial<QueryParts> = {},
): (request: HttpRequest) => Promise<HttpAnswer> {
  const parts: QueryParts = {
    service,
    services: async () => servicesOf(operations),
    completions: new Map(),
    verifyWebIdentity: undefined,
    certificateCaller: () => undefined,
    ...more,
  };
  return (request) => answerQuery(parts, request, readHead(request.rawHeaders), verdict);
}

/** Signed by this caller for this service. */
export function signedBy(caller: Caller, service: string): SignatureVerdict {
  return { kind: 'verified', caller, scope: { region: 'us-east-1', service } };
}

/** Not signed at all. */
export const notSigned: SignatureVerdict = {
  kind: 'refused',
  code: 'MissingAuthenticationToken',
  message: 'Missing Authentication Token',
  unsigned: true,
};
