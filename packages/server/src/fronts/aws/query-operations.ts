import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { iamOperations, type Operation, stsOperations } from '../../core/operations/index.ts';
import type { ConstraintLookup } from './constraints.ts';
import type { QueryServiceName } from './error-names.ts';
import { iamConstraintOf, stsConstraintOf } from './query-constraints.ts';
import { compileReadForm, type ReadForm } from './read-form.ts';
import { compileWriteXml, type WriteXml } from './write-xml.ts';

/** An operation of IAM or STS that we offer: how it reads, what it does, how it answers. */
export interface QueryOperation {
  readonly operation: Operation;
  readonly readForm: ReadForm;
  /** Absent for operations that answer nothing. */
  readonly writeXml: WriteXml | undefined;
}

/** A service that speaks the AWS Query protocol. */
export interface QueryService {
  readonly name: QueryServiceName;
  /** The version of its API, which every request names. */
  readonly version: string;
  readonly namespace: string;
  readonly operations: ReadonlyMap<string, QueryOperation>;
  /** The operations that the service has and we do not. */
  readonly unsupported: ReadonlySet<string>;
}

/** What makes a service out of core's operations. */
interface Model {
  readonly name: QueryServiceName;
  readonly version: string;
  /** What the SDK exports, the schemas of all operations among it. */
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly constraintOf: ConstraintLookup;
  readonly operations: ReadonlyMap<string, Operation>;
}

type OperationSchema = typeof iam.CreateUser$;

const MODELS: readonly Model[] = [
  {
    name: 'sts',
    version: '2011-06-15',
    sdk: sts,
    constraintOf: stsConstraintOf,
    operations: stsOperations,
  },
  {
    name: 'iam',
    version: '2010-05-08',
    sdk: iam,
    constraintOf: iamConstraintOf,
    operations: iamOperations,
  },
];

/** Compiles every operation that we offer. */
export function compileQueryServices(): readonly QueryService[] {
  return MODELS.map(compileService);
}

/**
 * Pairs each operation of core with the schema that the SDK has under the same name. Exported for tests.
 *
 * @throws TypeError for an operation that the SDK does not know, or with a member that nothing is known of.
 */
export function compileService({ name, version, sdk, constraintOf, operations }: Model): QueryService {
  const schemas = new Map(
    Object.values(sdk)
      .filter(isOperation)
      .map((schema) => [schema[2], schema]),
  );
  const compiled = Array.from(operations, ([operationName, operation]): [string, QueryOperation] => {
    const schema = schemas.get(operationName);
    if (schema === undefined) throw new TypeError(`\`${name}\` has no operation \`${operationName}\``);
    const [, , , , input, output] = schema;
    return [
      operationName,
      { operation, readForm: compileReadForm(input, constraintOf), writeXml: compileWriteXml(output) },
    ];
  });
  return {
    name,
    version,
    namespace: `https://${name}.amazonaws.com/doc/${version}/`,
    operations: new Map(compiled),
    unsupported: new Set([...schemas.keys()].filter((operationName) => !operations.has(operationName))),
  };
}

/** Whether an export is the schema of an operation: a tuple that begins with their number. */
function isOperation(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}
